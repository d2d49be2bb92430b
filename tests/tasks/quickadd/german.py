"""German examples, on Tuesday 1 December 2026, 10:00 in Berlin; and signs of other programs."""

DATES = r"""
Miete zahlen => Miete zahlen
Miete heute => Miete | due 2026-12-01 23:59
Miete morgen => Miete | due 2026-12-02 23:59
Miete übermorgen => Miete | due 2026-12-03 23:59
ÜBERMORGEN Miete => Miete | due 2026-12-03 23:59
Miete heute Abend => Miete | due 2026-12-01 18:00
Miete morgen früh => Miete | due 2026-12-02 09:00
Miete morgen Nachmittag => Miete | due 2026-12-02 15:00
Miete Freitag => Miete | due 2026-12-04 23:59
Miete am Freitag => Miete | due 2026-12-04 23:59
Miete bis Freitag => Miete | due 2026-12-04 23:59
Miete spätestens Freitag => Miete | due 2026-12-04 23:59
Miete vor Freitag => Miete | due 2026-12-03 23:59
Miete nächsten Freitag => Miete | due 2026-12-04 23:59
Miete kommenden Mittwoch => Miete | due 2026-12-02 23:59
Miete Sonnabend => Miete | due 2026-12-05 23:59
Miete am Fr => Miete | due 2026-12-04 23:59
Miete Fr 9 Uhr => Miete | due 2026-12-04 09:00
Fr. Müller anrufen => Fr. Müller anrufen
So schnell wie möglich => So schnell wie möglich
Was so früh passiert => Was so früh passiert
Mo. 9:00 Besprechung => Besprechung | due 2026-12-07 09:00
Guten Morgen sagen => Guten Morgen sagen
Morgen! => Morgen!
Urlaub von Montag bis Freitag => Urlaub | start 2026-12-07 00:00 | due 2026-12-11 23:59
Miete in 3 Tagen => Miete | due 2026-12-04 23:59
Miete in drei Tagen => Miete | due 2026-12-04 23:59
Miete in einer Woche => Miete | due 2026-12-08 23:59
Miete in zwei Wochen => Miete | due 2026-12-15 23:59
Miete in einem Monat => Miete | due 2027-01-01 23:59
Miete in einem Jahr => Miete | due 2027-12-01 23:59
Miete in 14 Tagen => Miete | due 2026-12-15 23:59
Miete +3d => Miete | due 2026-12-04 23:59
Miete nächste Woche => Miete | due 2026-12-07 23:59
Miete Ende der Woche => Miete | due 2026-12-04 23:59
Miete dieses Wochenende => Miete | due 2026-12-05 23:59
Miete nächsten Monat => Miete | due 2027-01-01 23:59
Miete Ende des Monats => Miete | due 2026-12-31 23:59
Miete bis Monatsende => Miete | due 2026-12-31 23:59
Miete Ende Januar => Miete | due 2027-01-31 23:59
Miete Mitte Januar => Miete | due 2027-01-15 23:59
Miete Anfang März => Miete | due 2027-03-01 23:59
Miete Jahresende => Miete | due 2026-12-31 23:59
Miete 5. Januar => Miete | due 2027-01-05 23:59
Miete am 5. Januar 2028 => Miete | due 2028-01-05 23:59
Miete 5. Jan. => Miete | due 2027-01-05 23:59
Miete 1. März => Miete | due 2027-03-01 23:59
Miete 1. Maerz => Miete | due 2027-03-01 23:59
Miete 1. Dez => Miete | due 2026-12-01 23:59
Miete 31. Februar => Miete 31. Februar
Miete 5.1. => Miete | due 2027-01-05 23:59
Miete 05.01.2028 => Miete | due 2028-01-05 23:59
Miete 5/1/2028 => Miete | due 2028-01-05 23:59
Miete am 15. => Miete | due 2026-12-15 23:59
Miete 2026-12-24 => Miete | due 2026-12-24 23:59
Miete 9 Uhr => Miete | due 2026-12-02 09:00
Miete um 15 Uhr => Miete | due 2026-12-01 15:00
Miete um 15 => Miete | due 2026-12-01 15:00
Miete 15:30 => Miete | due 2026-12-01 15:30
Miete 15.30 Uhr => Miete | due 2026-12-01 15:30
Miete morgen um 9:15 Uhr => Miete | due 2026-12-02 09:15
Miete Freitag, 17 Uhr => Miete | due 2026-12-04 17:00
Miete mittags => Miete | due 2026-12-01 12:00
Miete in 2 Stunden => Miete | due 2026-12-01 12:00
Miete in einer halben Stunde => Miete | due 2026-12-01 10:30
Bericht ab Montag => Bericht | start 2026-12-07 00:00
Reise von Freitag bis Sonntag => Reise | start 2026-12-04 00:00 | due 2026-12-06 23:59
Treffen um 9 Uhr am Freitag => Treffen | due 2026-12-04 09:00
Bericht morgen {Freitag} => Bericht | start 2026-12-02 00:00 | due 2026-12-04 23:59
Bericht 1,5h => Bericht | takes 90
Bericht für 45 min => Bericht | takes 45
Bericht für zwei Stunden => Bericht | takes 120
Miete morgen 9 Uhr #zuhause @geld p1 30m => Miete | due 2026-12-02 09:00 | project zuhause | tags geld | priority urgent | takes 30
"""

REPEATS = r"""
Miete jeden Tag => Miete | repeat FREQ=DAILY | due 2026-12-01 23:59
Miete jede Woche => Miete | repeat FREQ=WEEKLY | due 2026-12-01 23:59
Miete jeden Monat => Miete | repeat FREQ=MONTHLY | due 2026-12-01 23:59
Miete jedes Jahr => Miete | repeat FREQ=YEARLY | due 2026-12-01 23:59
Miete alle 3 Tage => Miete | repeat FREQ=DAILY;INTERVAL=3 | due 2026-12-01 23:59
Miete alle zwei Wochen => Miete | repeat FREQ=WEEKLY;INTERVAL=2 | due 2026-12-01 23:59
Miete alle 3 Tage nach Erledigung => Miete | repeat FREQ=DAILY;INTERVAL=3 completion | due 2026-12-01 23:59
Miete jeden Montag => Miete | repeat FREQ=WEEKLY;BYDAY=MO | due 2026-12-07 23:59
Miete jeden Montag um 9 Uhr => Miete | repeat FREQ=WEEKLY;BYDAY=MO | due 2026-12-07 09:00
Miete jeden Montag und Freitag => Miete | repeat FREQ=WEEKLY;BYDAY=MO,FR | due 2026-12-04 23:59
Miete jeden zweiten Dienstag => Miete | repeat FREQ=WEEKLY;INTERVAL=2;BYDAY=TU | due 2026-12-01 23:59
Miete jeden 2. Dienstag => Miete | repeat FREQ=WEEKLY;INTERVAL=2;BYDAY=TU | due 2026-12-01 23:59
Miete jeden 2. Dienstag im Monat => Miete | repeat FREQ=MONTHLY;BYDAY=2TU | due 2026-12-08 23:59
Miete jeden letzten Freitag => Miete | repeat FREQ=MONTHLY;BYDAY=-1FR | due 2026-12-25 23:59
Miete jeden ersten Montag im Monat => Miete | repeat FREQ=MONTHLY;BYDAY=1MO | due 2026-12-07 23:59
Miete jeden Werktag => Miete | repeat FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR | due 2026-12-01 23:59
Miete jeden 15. => Miete | repeat FREQ=MONTHLY;BYMONTHDAY=15 | due 2026-12-15 23:59
Miete am 15. jeden Monats => Miete | repeat FREQ=MONTHLY;BYMONTHDAY=15 | due 2026-12-15 23:59
Miete jeden 5. Januar => Miete | repeat FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=5 | due 2027-01-05 23:59
Miete monatlich => Miete | repeat FREQ=MONTHLY | due 2026-12-01 23:59
Bericht täglich 9 Uhr => Bericht | repeat FREQ=DAILY | due 2026-12-02 09:00
Miete jeden Tag bis Freitag => Miete | repeat FREQ=DAILY;UNTIL=20261204T225900Z | due 2026-12-01 23:59
Miete jeden Montag ab 5. Januar => Miete | repeat FREQ=WEEKLY;BYDAY=MO | due 2027-01-11 23:59
Miete jeden Tag 5 mal => Miete | repeat FREQ=DAILY;COUNT=5 | due 2026-12-01 23:59
Danke allen => Danke allen
"""

TODOIST = """
Pay #home @bills +bob p1 => Pay | project home | tags bills | people bob | priority urgent
Pay !!1 => Pay | priority urgent
Pay !!4 => Pay | priority low
Pay !! => Pay !!
Pay !1 => Pay !1
Pay every! 3 days => Pay | repeat FREQ=DAILY;INTERVAL=3 completion | due 2026-12-01 23:59
Pay tomorrow {friday} => Pay | start 2026-12-02 00:00 | due 2026-12-04 23:59
"""

VIKUNJA = """
Pay *bills +home @bob !5 => Pay | tags bills | project home | people bob | priority urgent
Pay !1 => Pay | priority low
Pay !2 => Pay | priority medium
Pay !3 => Pay | priority high
Pay !4 => Pay | priority urgent
Pay !6 => Pay !6
Pay p1 => Pay p1
Pay #home => Pay #home
Pay +"my home" => Pay | project my home
Pay *"long label" tomorrow => Pay | tags long label | due 2026-12-02 23:59
Multiply 2 * 3 => Multiply 2 * 3
"""
