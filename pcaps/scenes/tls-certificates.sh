# Handshakes of TLS 1.2 and 1.0 with port 2762 of four servers, without DICOM inside: an expired certificate (OpenSSL), a self-signed one
# of RSA 1024 and SHA-1 under TLS 1.0 (OpenSSL at security level 0), one about to expire with 3DES (gnutls-serv), one not yet valid.
make_keys
old_certificate() { # NAME BITS DIGEST FROM TO: tls/NAME.{key,crt}, signed by itself
  openssl req -newkey "rsa:$2" -nodes "-$3" -subj "/O=Testklinik Nirgendwo/CN=$1.hospital.test" \
    -keyout "tls/$1.key" -out "tls/$1.csr" 2>/dev/null
  rm -rf tls/db; mkdir tls/db; : >tls/db/index; echo 01 >tls/db/serial
  printf '[ca]\ndefault_ca=d\n[d]\ndatabase=tls/db/index\nserial=tls/db/serial\nnew_certs_dir=tls/db\npolicy=p\n[p]\norganizationName=optional\ncommonName=supplied\n' >tls/db/ca.cnf
  openssl ca -batch -config tls/db/ca.cnf -selfsign -md "$3" -startdate "$4" -enddate "$5" -keyfile "tls/$1.key" \
    -in "tls/$1.csr" -out "tls/$1.crt" -notext 2>/dev/null
}
day() { date -u -d "$1" +%Y%m%d%H%M%SZ; }
old_certificate expired 2048 sha256 "$(day '-2 years')" "$(day '-3 days')"
old_certificate short 1024 sha1 "$(day '-1 day')" "$(day '+1 year')"
old_certificate soon 2048 sha256 "$(day '-1 year')" "$(day '+20 days 1 hour')"
old_certificate early 2048 sha256 "$(day '+2 days')" "$(day '+1 year')"
listen=(openssl s_server -quiet -accept 2762)
serve archive expired 2762 "${listen[@]}" -key tls/expired.key -cert tls/expired.crt -tls1_2
serve ris short 2762 "${listen[@]}" -key tls/short.key -cert tls/short.crt -tls1 -cipher DEFAULT@SECLEVEL=0
serve printer soon 2762 gnutls-serv -q -p 2762 --echo --x509keyfile tls/soon.key --x509certfile tls/soon.crt \
  --priority 'NONE:+VERS-TLS1.2:+3DES-CBC:+RSA:+SHA1:+COMP-NULL:+SIGN-ALL:+CTYPE-X509:%VERIFY_ALLOW_SIGN_WITH_SHA1'
serve modality2 early 2762 "${listen[@]}" -key tls/early.key -cert tls/early.crt -tls1_2
rolling
for server in 20 40; do
  run_either modality client-$server openssl s_client -connect "10.20.30.$server:2762" -cipher DEFAULT@SECLEVEL=0 </dev/null
done
run_either modality client-60 gnutls-cli --insecure -p 2762 10.20.30.60 \
  --priority 'NORMAL:+3DES-CBC:+RSA:+VERS-TLS1.2:%UNSAFE_RENEGOTIATION' </dev/null
run_either modality client-12 openssl s_client -connect 10.20.30.12:2762 </dev/null
