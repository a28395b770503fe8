# Three objects that are meant for whoever opens them: a program in a private element, an archive that says it is a PDF, a
# patient id that is a path; and one healthy PDF.
odd() { # NAME LINE...: an encapsulated document of an invented patient, with these lines
  local name=$1; shift
  { grep -vE '^\((0008,0016|0008,0018|0028|7fe0|0018|0020,003|0020,0052)' "$here/objects/ct-erika-1.dump" | grep -v '^(0010,0020)'
    echo '(0008,0016) UI [1.2.840.10008.5.1.4.1.1.104.1]'
    echo "(0008,0018) UI [2.25.77090007$1]"; shift
    printf '%s\n' "$@"; } >"$name.dump"
  dump2dcm -q +te "$name.dump" "$name.dcm"
}
hex() { od -An -v -tx1 | tr -d '\n' | sed 's/^ //; s/ /\\/g'; }
pdf=$(printf '%%PDF-1.4\n%% invented\n%%%%EOF\n' | hex)
zip=$(printf 'PK\003\004\024\000\000\000\000\000invented archive of nothing\n' | hex)
program=$( (printf 'MZ'; head -c 58 /dev/zero; printf '\100\000\000\000PE\000\000'; head -c 60 /dev/zero) | hex)
odd healthy 01 '(0010,0020) LO [760101/0001]' "(0042,0011) OB $pdf" '(0042,0012) LO [application/pdf]'
odd archive 02 '(0010,0020) LO [TEST-0001]' "(0042,0011) OB $zip" '(0042,0012) LO [application/pdf]'
odd program 03 '(0010,0020) LO [TEST-0001]' '(0029,0010) LO [INVENTED]' "(0029,1001) OB $program" \
  "(0042,0011) OB $pdf" '(0042,0012) LO [application/pdf]'
odd path 04 '(0010,0020) LO [../../../outside]' "(0042,0011) OB $pdf" '(0042,0012) LO [application/pdf]'
serve archive storescp 11112 storescp -v -dhl -aet ARCHIVE --ignore 11112
rolling
run gateway storescu storescu -v -R -aet GATEWAY -aec ARCHIVE 10.20.30.20 11112 healthy.dcm
run gateway storescu storescu -v -R -aet GATEWAY -aec ARCHIVE 10.20.30.20 11112 archive.dcm program.dcm path.dcm
