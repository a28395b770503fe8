# User identity with a request: user name alone, with a passcode, Kerberos, SAML, JWT (invented bytes).
# storescp ignores them all and acknowledges none.
printf 'canary-kerberos-ticket-7f' >kerberos.bin
printf '<saml>canary-saml-assertion-7f</saml>' >saml.bin
printf 'canary.jwt.token-7f' >jwt.bin
serve archive storescp 11112 storescp -v -dhl -aet ARCHIVE --ignore 11112
rolling
to_archive=(-aet CT_ROOM1 -aec ARCHIVE 10.20.30.20 11112 o/ct-erika-1.dcm)
run modality storescu-name storescu -v -R -usr canary-user-name "${to_archive[@]}"
run modality storescu-passcode storescu -v -R -usr canary-user -pwd canary-passcode-77 "${to_archive[@]}"
run modality storescu-kerberos storescu -v -R -kt kerberos.bin "${to_archive[@]}"
run modality storescu-saml storescu -v -R --saml saml.bin "${to_archive[@]}"
run modality storescu-jwt storescu -v -R --jwt jwt.bin "${to_archive[@]}"
