# A store to a worklist server: the association is accepted with every context refused, and storescu aborts it
# without one DIMSE message.
rm -rf worklist
mkdir -p worklist/RIS
touch worklist/RIS/lockfile
serve ris wlmscpfs 104 wlmscpfs -v -dhl -dfp worklist 104
rolling
run_failing modality storescu storescu -v -R -aet CT_ROOM1 -aec RIS 10.20.30.40 104 o/ct-erika-1.dcm
