# A modality asks an archive whether it is there: one C-ECHO.
serve archive storescp 11112 storescp -v -dhl -aet ARCHIVE --ignore 11112
rolling
run modality echoscu echoscu -v -aet CT_ROOM1 -aec ARCHIVE 10.20.30.20 11112
