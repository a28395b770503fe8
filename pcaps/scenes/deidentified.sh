# Two objects that declare PatientIdentityRemoved = YES, with pseudonyms, and nothing else.
serve archive storescp 11112 storescp -v -dhl -aet RESEARCH --ignore 11112
rolling
run gateway storescu storescu -v -R -aet GATEWAY -aec RESEARCH 10.20.30.20 11112 o/deid-ct-1.dcm o/deid-ct-2.dcm
