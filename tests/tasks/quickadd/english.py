"""English examples, on Tuesday 1 December 2026, 10:00 in Berlin."""

DATES = """
Pay rent => Pay rent
Pay rent today => Pay rent | due 2026-12-01 23:59
Pay rent tomorrow => Pay rent | due 2026-12-02 23:59
tomorrow pay rent => pay rent | due 2026-12-02 23:59
Pay TOMORROW the rent => Pay the rent | due 2026-12-02 23:59
Pay rent tmrw => Pay rent | due 2026-12-02 23:59
Pay rent the day after tomorrow => Pay rent | due 2026-12-03 23:59
Pay rent day after tomorrow => Pay rent | due 2026-12-03 23:59
Movie tonight => Movie | due 2026-12-01 20:00
Walk this evening => Walk | due 2026-12-01 18:00
Nap this afternoon => Nap | due 2026-12-01 15:00
Ship end of day => Ship | due 2026-12-01 23:59
Ship EOD => Ship | due 2026-12-01 23:59
Call friday => Call | due 2026-12-04 23:59
Call fri => Call | due 2026-12-04 23:59
Call next fri => Call | due 2026-12-04 23:59
Call next friday => Call | due 2026-12-04 23:59
Call this friday => Call | due 2026-12-04 23:59
Call coming friday => Call | due 2026-12-04 23:59
Call on friday => Call | due 2026-12-04 23:59
Call by friday => Call | due 2026-12-04 23:59
Call due friday => Call | due 2026-12-04 23:59
Call due by friday => Call | due 2026-12-04 23:59
Call due: friday => Call | due 2026-12-04 23:59
Call before friday => Call | due 2026-12-03 23:59
Call before friday 9am => Call | due 2026-12-04 09:00
Call until friday => Call | due 2026-12-04 23:59
Call tuesday => Call | due 2026-12-08 23:59
Call tues => Call | due 2026-12-08 23:59
Call weds => Call | due 2026-12-02 23:59
Call thurs => Call | due 2026-12-03 23:59
Call thu => Call | due 2026-12-03 23:59
Call mon => Call | due 2026-12-07 23:59
Call saturday => Call | due 2026-12-05 23:59
Call on sat => Call | due 2026-12-05 23:59
Call next sun => Call | due 2026-12-06 23:59
Call sunday => Call | due 2026-12-06 23:59
Buy sun cream => Buy sun cream
The cat sat on the mat => The cat sat on the mat
Meet sat 9am => Meet | due 2026-12-05 09:00
Call in 3 days => Call | due 2026-12-04 23:59
Call in three days => Call | due 2026-12-04 23:59
Call in a day => Call | due 2026-12-02 23:59
Call in a week => Call | due 2026-12-08 23:59
Call in 2 weeks => Call | due 2026-12-15 23:59
Call in two weeks => Call | due 2026-12-15 23:59
Call in a fortnight => Call | due 2026-12-15 23:59
Call in a month => Call | due 2027-01-01 23:59
Call in 2 months => Call | due 2027-02-01 23:59
Call in a year => Call | due 2027-12-01 23:59
Call in a couple of days => Call | due 2026-12-03 23:59
Call in a few days => Call | due 2026-12-04 23:59
Call 3 days from now => Call | due 2026-12-04 23:59
Call two weeks from today => Call | due 2026-12-15 23:59
Call in 31 days => Call | due 2027-01-01 23:59
Call +3d => Call | due 2026-12-04 23:59
Call +2w => Call | due 2026-12-15 23:59
Call next week => Call | due 2026-12-07 23:59
Call this week => Call | due 2026-12-04 23:59
Call end of week => Call | due 2026-12-04 23:59
Call eow => Call | due 2026-12-04 23:59
Call end of next week => Call | due 2026-12-11 23:59
Hike this weekend => Hike | due 2026-12-05 23:59
Hike on the weekend => Hike | due 2026-12-05 23:59
Hike next weekend => Hike | due 2026-12-12 23:59
Plan weekend trip => Plan weekend trip
Taxes end of month => Taxes | due 2026-12-31 23:59
Taxes by the end of the month => Taxes | due 2026-12-31 23:59
Taxes eom => Taxes | due 2026-12-31 23:59
Taxes end of next month => Taxes | due 2027-01-31 23:59
Taxes next month => Taxes | due 2027-01-01 23:59
Taxes end of january => Taxes | due 2027-01-31 23:59
Taxes end of december => Taxes | due 2026-12-31 23:59
Taxes mid january => Taxes | due 2027-01-15 23:59
Taxes mid-january => Taxes | due 2027-01-15 23:59
Taxes beginning of march => Taxes | due 2027-03-01 23:59
Taxes early march => Taxes | due 2027-03-01 23:59
Taxes end of quarter => Taxes | due 2026-12-31 23:59
Taxes next quarter => Taxes | due 2027-01-01 23:59
Taxes end of year => Taxes | due 2026-12-31 23:59
Taxes eoy => Taxes | due 2026-12-31 23:59
Taxes end of next year => Taxes | due 2027-12-31 23:59
Taxes next year => Taxes | due 2027-01-01 23:59
Taxes jan 5 => Taxes | due 2027-01-05 23:59
Taxes january 5 => Taxes | due 2027-01-05 23:59
Taxes january 5th => Taxes | due 2027-01-05 23:59
Taxes 5 jan => Taxes | due 2027-01-05 23:59
Taxes 5th of january => Taxes | due 2027-01-05 23:59
Taxes the 5th of january => Taxes | due 2027-01-05 23:59
Taxes on 5 january 2028 => Taxes | due 2028-01-05 23:59
Taxes jan 5, 2028 => Taxes | due 2028-01-05 23:59
Taxes dec 1 => Taxes | due 2026-12-01 23:59
Taxes nov 30 => Taxes | due 2027-11-30 23:59
Taxes dec 24 => Taxes | due 2026-12-24 23:59
Taxes sept 5 => Taxes | due 2027-09-05 23:59
Taxes feb 29 => Taxes | due 2028-02-29 23:59
Taxes feb 30 => Taxes feb 30
Taxes 5.1. => Taxes | due 2027-01-05 23:59
Taxes 05.01. => Taxes | due 2027-01-05 23:59
Taxes 5.1.2028 => Taxes | due 2028-01-05 23:59
Taxes 24.12. => Taxes | due 2026-12-24 23:59
Taxes 12/24/2026 => Taxes | due 2026-12-24 23:59
Taxes 24/12/2026 => Taxes | due 2026-12-24 23:59
Taxes 1/5/2027 => Taxes | due 2027-01-05 23:59
Taxes 2026-12-24 => Taxes | due 2026-12-24 23:59
Taxes 2026-02-30 => Taxes 2026-02-30
Taxes 2020-01-01 => Taxes | due 2020-01-01 23:59
Rent by the 15th => Rent | due 2026-12-15 23:59
Rent on the 1st => Rent | due 2026-12-01 23:59
Rent on the 31st of the month => Rent | due 2026-12-31 23:59
Read the 5th chapter => Read the 5th chapter
Buy 1/2 cup of sugar => Buy 1/2 cup of sugar
Support 24/7 => Support 24/7
Install version 5.1.2 => Install version 5.1.2
Prepare monday meeting thursday => Prepare monday meeting | due 2026-12-03 23:59
Call Bob tomorrow, please => Call Bob, please | due 2026-12-02 23:59
Call Bob (tomorrow) please => Call Bob () please | due 2026-12-02 23:59
Did Bob call yesterday? => Did Bob call yesterday?
Call dec 24, then wait => Call, then wait | due 2026-12-24 23:59
March to victory => March to victory
"""

TIMES = """
Call 9am => Call | due 2026-12-02 09:00
Call 11am => Call | due 2026-12-01 11:00
Call 9 am => Call | due 2026-12-02 09:00
Call at 9am => Call | due 2026-12-02 09:00
Call 9:30pm => Call | due 2026-12-01 21:30
Call 9.30 pm => Call | due 2026-12-01 21:30
Call 9 p.m. => Call | due 2026-12-01 21:00
Call 12am => Call | due 2026-12-02 00:00
Call 12pm => Call | due 2026-12-01 12:00
Call 13pm => Call 13pm
Call 14:00 => Call | due 2026-12-01 14:00
Call at 14:00 => Call | due 2026-12-01 14:00
Call @ 14:00 => Call | due 2026-12-01 14:00
Call 25:00 => Call 25:00
Call at 5 => Call | due 2026-12-01 17:00
Call at 8 => Call | due 2026-12-02 08:00
Call at 11 o'clock => Call | due 2026-12-01 11:00
Call 5 o’clock => Call | due 2026-12-01 17:00
Call at noon => Call | due 2026-12-01 12:00
Call noon => Call | due 2026-12-01 12:00
Call midnight => Call | due 2026-12-01 23:59
Call tomorrow 9am => Call | due 2026-12-02 09:00
Call tomorrow at 9am => Call | due 2026-12-02 09:00
Call tomorrow, 9am => Call | due 2026-12-02 09:00
Call 9am tomorrow => Call | due 2026-12-02 09:00
9am call Bob tomorrow => call Bob | due 2026-12-02 09:00
tomorrow call Bob at 9am => call Bob | due 2026-12-02 09:00
Call tomorrow at noon => Call | due 2026-12-02 12:00
Call tomorrow morning => Call | due 2026-12-02 09:00
Call friday afternoon => Call | due 2026-12-04 15:00
Call friday evening => Call | due 2026-12-04 18:00
Call friday night => Call | due 2026-12-04 20:00
Call tomorrow in the morning => Call | due 2026-12-02 09:00
Morning run => Morning run
Call next fri 17:00 => Call | due 2026-12-04 17:00
Call on monday at 8:15 => Call | due 2026-12-07 08:15
Call jan 5 9am => Call | due 2027-01-05 09:00
Call jan 5, 2027 9am => Call | due 2027-01-05 09:00
Call 2026-12-24 14:00 => Call | due 2026-12-24 14:00
Call 2026-12-24T14:00 => Call | due 2026-12-24 14:00
Call 2026-12-24T14:00:30 => Call | due 2026-12-24 14:00
Call 2026-12-24T14:00Z => Call | due 2026-12-24 15:00
Call 2026-12-24T14:00-05:00 => Call | due 2026-12-24 20:00
Call in 2 hours => Call | due 2026-12-01 12:00
Call in 30 min => Call | due 2026-12-01 10:30
Call in 30m => Call | due 2026-12-01 10:30
Call in half an hour => Call | due 2026-12-01 10:30
Call in an hour => Call | due 2026-12-01 11:00
Call 2 hours from now => Call | due 2026-12-01 12:00
Call today 9am => Call | due 2026-12-01 09:00
Arrive 2027-03-28 02:30 => Arrive | due 2027-03-28 03:30
Arrive 2027-10-31 02:30 => Arrive | due 2027-10-31 02:30
Report from monday => Report | start 2026-12-07 00:00
Report starting monday => Report | start 2026-12-07 00:00
Report starting on monday 9am => Report | start 2026-12-07 09:00
Report from monday due friday => Report | start 2026-12-07 00:00 | due 2026-12-11 23:59
Report from 2026-12-07 due 2026-12-04 => Report from 2026-12-07 | due 2026-12-04 23:59
Report from tomorrow due friday => Report | start 2026-12-02 00:00 | due 2026-12-04 23:59
Trip from monday to friday => Trip | start 2026-12-07 00:00 | due 2026-12-11 23:59
Trip from monday {friday} => Trip | start 2026-12-07 00:00 | due 2026-12-11 23:59
Trip from friday to sunday => Trip | start 2026-12-04 00:00 | due 2026-12-06 23:59
Trip from friday 9am until sunday 17:00 => Trip | start 2026-12-04 09:00 | due 2026-12-06 17:00
Report to monday team => Report to team | due 2026-12-07 23:59
Call at 9am on friday => Call | due 2026-12-04 09:00
Call on friday by 9am => Call | due 2026-12-04 09:00
Report not before thursday => Report | start 2026-12-03 00:00
Report {friday} => Report | due 2026-12-04 23:59
Report {friday 17:00} => Report | due 2026-12-04 17:00
Report { next fri } => Report | due 2026-12-04 23:59
Report {sat} => Report | due 2026-12-05 23:59
Report tomorrow {friday} => Report | start 2026-12-02 00:00 | due 2026-12-04 23:59
Report tomorrow 9am {friday} => Report | start 2026-12-02 09:00 | due 2026-12-04 23:59
Tomorrow: call Bob => call Bob | due 2026-12-02 23:59
Friday, call Bob => call Bob | due 2026-12-04 23:59
Tomorrow! => Tomorrow!
Black Friday shopping => Black Friday shopping
Plan Black Friday by thursday => Plan Black Friday | due 2026-12-03 23:59
Book flight LH 2026 for May => Book flight LH 2026 for May
Finish Monday's report => Finish Monday's report
Meeting 14:00-15:00 => Meeting 14:00-15:00
Report friday {tomorrow} => Report friday | due 2026-12-02 23:59
Report {soon} => Report {soon}
Report {} => Report {}
Report {friday} {monday} => Report {friday} | due 2026-12-07 23:59
"""

SIGNS = r"""
Pay rent #home => Pay rent | project home
Pay rent #home, now => Pay rent, now | project home
#home Pay rent => Pay rent | project home
Pay rent #"my home" => Pay rent | project my home
Pay rent #" => Pay rent #"
Fix #123 => Fix #123
Fix #"123" => Fix | project 123
Fix C# code => Fix C# code
Fix # heading => Fix # heading
Pay #home #work => Pay #home | project work
Pay @bills => Pay | tags bills
Pay @bills @money => Pay | tags bills,money
Pay @"long tag" => Pay | tags long tag
Pay @Café => Pay | tags Café
Mail bob@example.com => Mail bob@example.com
Ask +bob => Ask | people bob
Ask +bob +ann => Ask | people bob,ann
Ask +bob@example.com => Ask | people bob@example.com
Ask +"Ann Lee" => Ask | people Ann Lee
Dinner +1 => Dinner +1
Learn C++ => Learn C++
Read @friday => Read | tags friday
Read (@home) => Read () | tags home
Pay p1 => Pay | priority urgent
Pay P2 => Pay | priority high
Pay p3 => Pay | priority medium
Pay p4 => Pay | priority low
Pay p5 => Pay p5
p1 Pay => Pay | priority urgent
Pay p1 p3 => Pay p1 | priority medium
Pay ! => Pay | priority low
Pay !! => Pay | priority medium
Pay !!! => Pay | priority high
Pay !!!! => Pay | priority urgent
Pay !!!!! => Pay !!!!!
Pay !1 => Pay | priority urgent
Pay !4 => Pay | priority low
Pay now! => Pay now!
Pay 30m => Pay | takes 30
Pay 30min => Pay | takes 30
Pay 2h => Pay | takes 120
Pay 1h30m => Pay | takes 90
Pay 1h30 => Pay | takes 90
Pay 1h 30m => Pay | takes 90
Pay 1.5h => Pay | takes 90
Pay ~20m => Pay | takes 20
Pay for 45 min => Pay | takes 45
Pay for 2 hours => Pay | takes 120
Pay for an hour => Pay | takes 60
Pay takes 20 minutes => Pay | takes 20
Pay 0m => Pay 0m
Pay 200h => Pay 200h
Pay 168h => Pay | takes 10080
Run 5 miles => Run 5 miles
Buy 2 hours of peace => Buy 2 hours of peace
Say \#home => Say #home
Say \tomorrow => Say tomorrow
Say \p1 now => Say p1 now
Say \\ => Say \
Open C:\temp => Open C:\temp
Say "next friday" tomorrow => Say next friday | due 2026-12-02 23:59
"Call #home @x p1" => Call #home @x p1
Buy a 5" disk => Buy a 5" disk
Buy \"quoted\" thing => Buy "quoted" thing
Say "unclosed tomorrow => Say "unclosed | due 2026-12-02 23:59
Pay // by transfer => Pay | note by transfer
Pay tomorrow // not #home p1 => Pay | due 2026-12-02 23:59 | note not #home p1
See https://example.com/a => See https://example.com/a
Say "a // b" => Say a // b
Pay // => Pay
tomorrow => tomorrow
#home @bills => #home @bills
p1 9am 30m => p1 9am 30m
Pay rent tomorrow 9am #home @bills p1 30m => Pay rent | due 2026-12-02 09:00 | project home | tags bills | priority urgent | takes 30
  Pay    rent    p1   now  => Pay rent now | priority urgent
"""

REPEATS = """
Pay every day => Pay | repeat FREQ=DAILY | due 2026-12-01 23:59
Pay each day => Pay | repeat FREQ=DAILY | due 2026-12-01 23:59
Pay every week => Pay | repeat FREQ=WEEKLY | due 2026-12-01 23:59
Pay every month => Pay | repeat FREQ=MONTHLY | due 2026-12-01 23:59
Pay every quarter => Pay | repeat FREQ=MONTHLY;INTERVAL=3 | due 2026-12-01 23:59
Pay every year => Pay | repeat FREQ=YEARLY | due 2026-12-01 23:59
Pay every 3 days => Pay | repeat FREQ=DAILY;INTERVAL=3 | due 2026-12-01 23:59
Pay every two weeks => Pay | repeat FREQ=WEEKLY;INTERVAL=2 | due 2026-12-01 23:59
Pay every other day => Pay | repeat FREQ=DAILY;INTERVAL=2 | due 2026-12-01 23:59
Pay every 2nd month => Pay | repeat FREQ=MONTHLY;INTERVAL=2 | due 2026-12-01 23:59
Pay every second week => Pay | repeat FREQ=WEEKLY;INTERVAL=2 | due 2026-12-01 23:59
Pay every 3 days after done => Pay | repeat FREQ=DAILY;INTERVAL=3 completion | due 2026-12-01 23:59
Pay every 3 days when done => Pay | repeat FREQ=DAILY;INTERVAL=3 completion | due 2026-12-01 23:59
Pay every 3 days after completion => Pay | repeat FREQ=DAILY;INTERVAL=3 completion | due 2026-12-01 23:59
Pay every! 3 days => Pay | repeat FREQ=DAILY;INTERVAL=3 completion | due 2026-12-01 23:59
Pay every monday => Pay | repeat FREQ=WEEKLY;BYDAY=MO | due 2026-12-07 23:59
Pay every tuesday => Pay | repeat FREQ=WEEKLY;BYDAY=TU | due 2026-12-01 23:59
Pay every tuesday 9am => Pay | repeat FREQ=WEEKLY;BYDAY=TU | due 2026-12-08 09:00
Pay every tuesday at 11:00 => Pay | repeat FREQ=WEEKLY;BYDAY=TU | due 2026-12-01 11:00
Pay 9am every monday => Pay | repeat FREQ=WEEKLY;BYDAY=MO | due 2026-12-07 09:00
Pay every mon, wed => Pay | repeat FREQ=WEEKLY;BYDAY=MO,WE | due 2026-12-02 23:59
Pay every wed and mon => Pay | repeat FREQ=WEEKLY;BYDAY=MO,WE | due 2026-12-02 23:59
Pay every mon, wed, and fri => Pay | repeat FREQ=WEEKLY;BYDAY=MO,WE,FR | due 2026-12-02 23:59
Pay every mon, wed until 2027-06-01 => Pay | repeat FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20270601T215900Z | due 2026-12-02 23:59
Pay every mon until june => Pay | repeat FREQ=WEEKLY;BYDAY=MO;UNTIL=20270601T215900Z | due 2026-12-07 23:59
Pay every mon until december => Pay | repeat FREQ=WEEKLY;BYDAY=MO;UNTIL=20271201T225900Z | due 2026-12-07 23:59
Pay every day until friday => Pay | repeat FREQ=DAILY;UNTIL=20261204T225900Z | due 2026-12-01 23:59
Pay every monday until friday => Pay every monday until friday
Pay tomorrow every day until today => Pay every day until today | due 2026-12-02 23:59
Pay every day 5 times => Pay | repeat FREQ=DAILY;COUNT=5 | due 2026-12-01 23:59
Pay every day for 10 times => Pay | repeat FREQ=DAILY;COUNT=10 | due 2026-12-01 23:59
Pay every day from monday => Pay | repeat FREQ=DAILY | due 2026-12-07 23:59
Pay every 2 weeks starting jan 5 at 9am => Pay | repeat FREQ=WEEKLY;INTERVAL=2 | due 2027-01-05 09:00
Pay every 2nd tuesday => Pay | repeat FREQ=WEEKLY;INTERVAL=2;BYDAY=TU | due 2026-12-01 23:59
Pay every other friday => Pay | repeat FREQ=WEEKLY;INTERVAL=2;BYDAY=FR | due 2026-12-04 23:59
Pay every third thursday => Pay | repeat FREQ=WEEKLY;INTERVAL=3;BYDAY=TH | due 2026-12-03 23:59
Pay every 2nd tuesday of the month => Pay | repeat FREQ=MONTHLY;BYDAY=2TU | due 2026-12-08 23:59
Pay the 2nd tuesday of every month => Pay | repeat FREQ=MONTHLY;BYDAY=2TU | due 2026-12-08 23:59
Pay every first monday => Pay | repeat FREQ=MONTHLY;BYDAY=1MO | due 2026-12-07 23:59
Pay every 1st monday of the month => Pay | repeat FREQ=MONTHLY;BYDAY=1MO | due 2026-12-07 23:59
Pay every last friday => Pay | repeat FREQ=MONTHLY;BYDAY=-1FR | due 2026-12-25 23:59
Pay every last friday of the month 17:00 => Pay | repeat FREQ=MONTHLY;BYDAY=-1FR | due 2026-12-25 17:00
Pay every 6th monday of the month => Pay every 6th monday of the month
Pay every weekday => Pay | repeat FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR | due 2026-12-01 23:59
Pay every workday at 8am => Pay | repeat FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR | due 2026-12-02 08:00
Pay every weekend => Pay | repeat FREQ=WEEKLY;BYDAY=SA | due 2026-12-05 23:59
Pay every week on monday and friday => Pay | repeat FREQ=WEEKLY;BYDAY=MO,FR | due 2026-12-04 23:59
Pay every 2 weeks on friday => Pay | repeat FREQ=WEEKLY;INTERVAL=2;BYDAY=FR | due 2026-12-04 23:59
Pay every 15th => Pay | repeat FREQ=MONTHLY;BYMONTHDAY=15 | due 2026-12-15 23:59
Pay every 15th and 1st of the month => Pay | repeat FREQ=MONTHLY;BYMONTHDAY=1,15 | due 2026-12-01 23:59
Pay every month on the 31st => Pay | repeat FREQ=MONTHLY;BYMONTHDAY=31 | due 2026-12-31 23:59
Pay on the 5th of every month => Pay | repeat FREQ=MONTHLY;BYMONTHDAY=5 | due 2026-12-05 23:59
Pay every last day of the month => Pay | repeat FREQ=MONTHLY;BYMONTHDAY=-1 | due 2026-12-31 23:59
Pay every jan 5 => Pay | repeat FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=5 | due 2027-01-05 23:59
Pay every year on 5 january => Pay | repeat FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=5 | due 2027-01-05 23:59
Pay every feb 29 => Pay | repeat FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29 | due 2028-02-29 23:59
Pay every feb 30 => Pay every feb 30
Pay every morning => Pay | repeat FREQ=DAILY | due 2026-12-02 09:00
Pay every monday morning => Pay | repeat FREQ=WEEKLY;BYDAY=MO | due 2026-12-07 09:00
Status report weekly => Status report | repeat FREQ=WEEKLY | due 2026-12-01 23:59
Status report daily 9am #work => Status report | repeat FREQ=DAILY | due 2026-12-02 09:00 | project work
Write weekly report => Write weekly report
Pay every month tomorrow 9am => Pay | repeat FREQ=MONTHLY | due 2026-12-02 09:00
Pay rent tomorrow 9am #home @bills p1 30m every month => Pay rent | due 2026-12-02 09:00 | project home | tags bills | priority urgent | takes 30 | repeat FREQ=MONTHLY
Pay every day {friday} => Pay | repeat FREQ=DAILY | due 2026-12-04 23:59
Thank everyone => Thank everyone
Check every box => Check every box
"""
