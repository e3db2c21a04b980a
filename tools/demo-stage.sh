# The stage of tools/demo, which sources it: how a command is shown, run and checked, and what the
# chapters share. Nothing here tells a story.
# shellcheck shell=bash

bold='' dim='' green='' red='' plain=''
if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
fi

chapter() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
tell() { printf '%s\n' "$@"; }
checked() { printf '%s✓ %s%s\n' "$green" "$*" "$plain"; }
fail() {
  printf '%s✗ demo: %s%s\n' "$red" "$*" "$plain" >&2
  exit 1
}

# show_command WORD… : prints a command as one would type it.
show_command() {
  local word line=''
  for word in "$@"; do
    if [[ $word =~ [^A-Za-z0-9_./:=,+-] ]]; then word="'$word'"; fi
    line+=" $word"
  done
  printf '%s$%s%s' "$dim" "$line" "$plain"
}

# run COMMAND… : prints a command, runs it, shows its output and keeps it in $output.
# Sets $status; the demo ends unless it is the one in $expected (a number, or "refusal": any but 0).
output='' status=0 expected=0
run() {
  show_command "$@" && echo
  status=0
  output=$("$@" 2>&1) || status=$?
  if [[ -n $output ]]; then printf '%s\n' "$output"; fi
  check_status "$1 ${2:-}"
}

# run_into FILE COMMAND… : the same, with standard output going to a file of the demo's folder.
run_into() {
  local file=$1
  shift
  show_command "$@" && printf '%s > %s%s\n' "$dim" "$file" "$plain"
  status=0
  "$@" >"$file" || status=$?
  check_status "$1 ${2:-}"
}

# run_briefly FIRST LAST COMMAND… : the same as run, showing only so many lines of a long answer.
run_briefly() {
  local first=$1 last=$2 total
  shift 2
  show_command "$@" && echo
  status=0
  output=$("$@" 2>&1) || status=$?
  total=$(wc -l <<<"$output")
  if ((total <= first + last)); then
    clip <<<"$output"
  else
    head -n "$first" <<<"$output" | clip
    tell "$dim… $((total - first - last)) lines left out …$plain"
    tail -n "$last" <<<"$output" | clip
  fi
  check_status "$1 ${2:-}"
}

# clip : cuts long lines, saying so by an ellipsis; the full text is a command away.
clip() { awk -v width=140 '{ print (length($0) > width ? substr($0, 1, width - 2) " …" : $0) }'; }

# count_lines FILE : 84020 lines are 84,020.
count_lines() { wc -l <"$1" | sed -E ':group; s/^([0-9]+)([0-9]{3})/\1,\2/; t group'; }

check_status() {
  if [[ $expected == refusal ]]; then
    if ((status == 0)); then fail "\"$1\" was accepted, and should have been refused"; fi
  elif ((status != expected)); then
    fail "\"$1\" ended with exit code $status, and should have with $expected"
  fi
}

# write FILE LINE… : writes a small file and shows it.
write() {
  local file=$1
  shift
  printf '%s\n' "$@" >"$file"
  show_command cat "$file" && printf '\n' && cat "$file"
}

# payment EFFECTIVE NAME AMOUNT : the draft of a payment on the example's account.
payment() {
  printf '{"type":"PaymentReceived","stream":"account/example-c","effective":"%s",' "$1"
  printf '"key":"demo:%s","data":{"payment":"%s","amount":%d,' "$2" "$2" "$3"
  printf '"currency":"PEN","method":"transfer"}}'
}

# first_seq : the sequence number in the receipt just printed.
first_seq() {
  if ! [[ $output =~ \"seq\":([0-9]+) ]]; then fail "no receipt with a \"seq\" came back"; fi
  printf '%s\n' "${BASH_REMATCH[1]}"
}

# first_seq_of DRAFTS : the sequence number its first draft got when it was recorded.
first_seq_of() {
  quipu record "$1" 2>/dev/null | head -n 1 | sed -E 's/.*"seq":([0-9]+).*/\1/'
}

# must_show FIGURE MEANING : the last answer holds the figure.
must_show() {
  if [[ $output != *"$1"* ]]; then fail "expected to see $1 ($2)"; fi
  checked "$1: $2"
}

# pick_account : the account with the most kinds of events, the first by name among equals.
pick_account() {
  awk '
    match($0, /"stream": *"account\/[^"]*"/) {
      account = substr($0, RSTART, RLENGTH)
      sub(/.*account\//, "", account); sub(/"$/, "", account)
      match($0, /"type": *"[^"]*"/)
      if (!seen[account, substr($0, RSTART, RLENGTH)]++) kinds[account]++
    }
    END { for (account in kinds) print kinds[account] "\t" account }
  ' drafts.jsonl |
    LC_ALL=C sort -t $'\t' -k1,1nr -k2,2 | awk -F '\t' 'NR == 1 { print $2 }'
}

# flip_one_bit FILE : changes the lowest bit of the first digit of one recorded amount, so that the
# line stays perfectly good JSON and only the hashes can tell.
flip_one_bit() {
  local file=$1 found amount offset digit flipped
  found=$(grep -abo '"amount":[2-9][0-9]\{3,\}' "$file" | awk 'NR == 100') || true
  if [[ -z $found ]]; then fail "no amount to tamper with was found in $file"; fi
  amount=${found##*:}
  offset=$((${found%%:*} + 9)) # after the nine bytes of "amount":
  digit=${amount:0:1}
  flipped=$((digit ^ 1))
  tell "Byte $offset of $file is the $digit that the amount $amount begins with." \
    "One bit makes it a $flipped: $amount becomes $flipped${amount:1}, and the line reads as well."
  chmod u+w "$file"
  printf '%s$ printf %s | dd of=%s bs=1 seek=%d conv=notrunc%s\n' \
    "$dim" "$flipped" "$file" "$offset" "$plain"
  printf '%s' "$flipped" | dd "of=$file" bs=1 "seek=$offset" conv=notrunc status=none
}
