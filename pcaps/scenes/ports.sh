# DICOM on an odd port (8104); HTTP on the two ports DICOM is expected on (104, 11112).
peers
serve archive storescp 8104 storescp -v -dhl -aet ARCHIVE --ignore 8104
serve office http-104 104 node peers/http.cjs serve 104
serve office http-11112 11112 node peers/http.cjs serve 11112
rolling
run modality storescu storescu -v -R -aet CT_ROOM1 -aec ARCHIVE 10.20.30.20 8104 o/ct-erika-1.dcm
run workstation http-get node peers/http.cjs get 10.20.30.50 104
run workstation http-get node peers/http.cjs get 10.20.30.50 11112
