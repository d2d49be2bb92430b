#!/bin/sh
# Makes an export with the real Taskwarrior in a directory of its own: sh make-export.sh > export.json
# RENT: the first day it is due, in the future; for each month behind it there would be one more task.
set -eu
TASKDATA=$(mktemp -d)
TASKRC=$TASKDATA/taskrc
export TASKDATA TASKRC
trap 'rm -rf "$TASKDATA"' EXIT
cat > "$TASKRC" <<EOF
data.location=$TASKDATA
confirmation=off
recurrence.confirmation=no
verbose=nothing
uda.estimate.type=duration
uda.estimate.label=Estimate
EOF
export TZ=Europe/Berlin

task add "Renew the domain" due:2026-12-01T17:00 priority:H project:site.ops estimate:15min +web
task add "Back up the old site" due:2026-11-28 priority:H project:site.ops estimate:1h +web +@desk
task add "Move the site to the new host" due:2026-12-05T12:00 priority:H project:site.ops estimate:3h depends:1,2
task add "Write the announcement — “we moved”" project:site.text priority:M depends:3 +writing
task add "Ask Zoë for a portrait" project:site.text due:2026-11-25 +@phone
task add "Buy milk, bread & eggs" +shopping +@town
task add "Clean the gutters" project:house scheduled:2026-11-30
task add "Call the chimney sweep" project:house wait:2026-12-10 due:2026-12-20 priority:L
task add "Order heating oil" project:house scheduled:2026-12-01 wait:2026-12-03
task add "Pay rent" due:"${RENT:-2026-12-01}" recur:monthly project:house priority:H
task add "Read the \"Zettelkasten\" book" priority:L
task add "Old idea that is gone"
task add "Send the invoice to Acme" project:work due:2026-11-20 priority:H estimate:20min
task add "Prepare the slides" project:work due:2026-11-27T09:00 estimate:PT2H30M
task add "Rehearse the talk" project:work due:2026-11-27T15:00 depends:14
task 1 annotate "Registrar: see mail of 3 November"
task 1 annotate "Price went up to 14,90"
task 11 annotate "Chapter 4 is the important one"
task 13 done
task 14 start
task 12 delete
task rc.json.array=on export
