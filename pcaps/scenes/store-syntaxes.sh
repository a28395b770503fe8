# One object per transfer syntax: implicit, explicit little and big endian, deflated, JPEG lossless
# and baseline, RLE. Seven associations, one per syntax, so that each is the only one accepted.
dcmconv +ti o/ct-erika-1.dcm o/syntax-implicit.dcm
dcmconv +te o/mr-testa.dcm o/syntax-explicit.dcm
dcmconv +tb o/ct-pepe.dcm o/syntax-big.dcm
dcmconv +td o/sr-otto.dcm o/syntax-deflated.dcm
dcmcjpeg +e1 o/cr-olga.dcm o/syntax-jpeg-lossless.dcm
dcmcjpeg +eb o/us-max.dcm o/syntax-jpeg-baseline.dcm
dcmcrle o/mr-lena.dcm o/syntax-rle.dcm
serve archive storescp 11112 storescp -v +v -dhl +xa -aet ARCHIVE --ignore 11112
rolling
send() { # NAME OPTION
  run modality "storescu-$1" storescu -v +v -R "$2" -aet MODALITY -aec ARCHIVE 10.20.30.20 11112 "o/syntax-$1.dcm"
}
send implicit -xi
send explicit -xe
send big -xb
send deflated -xd
send jpeg-lossless -xs
send jpeg-baseline -xy
send rle -xr
