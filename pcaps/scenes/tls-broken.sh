# Handshakes of TLS 1.2 with port 2762 of two GnuTLS servers, without DICOM inside: RC4, and an anonymous key exchange
# (ECDH without any certificate).
make_keys
rc4='NONE:+VERS-TLS1.2:+ARCFOUR-128:+RSA:+SHA1:+COMP-NULL:+SIGN-ALL:+CTYPE-X509'
anonymous='NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ANON-ECDH'
serve ris rc4 2762 gnutls-serv -q -p 2762 --echo --x509keyfile tls/archive.key --x509certfile tls/archive.crt --priority "$rc4"
serve printer anonymous 2762 gnutls-serv -q -p 2762 --echo --priority "$anonymous"
rolling
run_either modality client-40 gnutls-cli --insecure -p 2762 10.20.30.40 --priority "$rc4:%UNSAFE_RENEGOTIATION" </dev/null
run_either modality client-60 gnutls-cli --insecure -p 2762 10.20.30.60 --priority "$anonymous" </dev/null
