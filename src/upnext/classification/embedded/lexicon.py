"""What words say about a category.

`heads` are what a task begins with (`buy …`), `sure` words decide nearly alone, `likely` ones lean
one way, `phrases` are words in a row. Written by hand: none of it is taken from labelled data.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Entry(NamedTuple):
    """Each a text of words; phrases are separated by commas."""

    heads: str
    sure: str
    likely: str
    phrases: str = ""


HEAD, SURE, LIKELY, PHRASE = 2.2, 2.0, 1.0, 2.6

LEXICON: Mapping[str, Entry] = {
    "general": Entry("", "misc miscellaneous", "thing stuff something other"),
    "development": Entry(
        "implement refactor debug code add support allow enable disable fix remove replace rename"
        " port parse render rewrite merge handle generate convert extend split extract expose"
        " cache optimize optimise simplify migrate switch create make use show display",
        "api bug code backend frontend refactor javascript python java typescript rust golang sql"
        " css html json xml yaml regex parser compiler class function method module library plugin"
        " database schema query endpoint repo repository git github commit branch merge pull rebase"
        " npm docker kubernetes android ios kernel linux emacs vim editor ide gui ui ux widget"
        " button menu toolbar sidebar tooltip dialog popup modal dropdown checkbox checkboxes"
        " iterator enum struct async thread mutex cache buffer pointer string boolean integer array"
        " exception crash segfault stacktrace traceback syntax config configuration parameter"
        " callback framework sdk cli script shader runtime http https url websocket oauth login"
        " auth authentication encryption hash token algorithm lint linter snippet "
        " shortcut plugin addon extension app apps feature software programming developer"
        " localization i18n utf unicode file filesystem folder directory path variable"
        " namespace template toggle render scroll cursor clipboard font icon pixel layout"
        " localhost server client proxy socket dom node wrapper binding macro debugger",
        "error issue user default mode option setting support version update upgrade command"
        " object type text field page website site screen view window tab data input output"
        " value key list table grid sync sort filter search import export device devices change"
        " changes different instead should currently when would crash broken slow bot web mobile"
        " game level engine integrate integration implement autocomplete notification dashboard"
        " profile account session field form label color colour theme image",
        "pull request, merge request, command line, user interface, source code, code review,"
        " data model, unit of work, error message, memory leak, race condition, open source,"
        " stack trace, feature flag, dark mode, rest api, stop using, add support, does not work",
    ),
    "testing": Entry(
        "test verify reproduce",
        "test tests testing qa regression pytest junit selenium playwright fixture mock fuzz"
        " coverage smoke flaky testcase acceptance",
        "verify validate reproduce assertion check staging scenario",
        "unit test, unit tests, integration test, end to end, load test, test plan, test coverage",
    ),
    "deployment": Entry(
        "deploy release ship publish roll rollback provision",
        "deploy deployment release rollout rollback staging kubernetes helm terraform ansible ci cd"
        " pipeline docker nginx prod production hotfix canary",
        "ship publish environment server cluster cloud aws tag version container",
        "roll out, roll back, go live, blue green, release notes, to production, to prod",
    ),
    "maintenance": Entry(
        "upgrade patch renew rotate archive prune backup bump",
        "maintenance upgrade backup dependency dependencies outdated deprecated cleanup rotate"
        " certificate certificates retention vacuum reindex patching housekeeping",
        "patch renew monitor disk logs update expired old legacy restart",
        "technical debt, clean up, security update, security patch, back up, free space",
    ),
    "documentation": Entry(
        "document annotate describe",
        "documentation readme docs changelog docstring wiki tutorial howto faq glossary manual"
        " runbook",
        "document guide instructions describe explain diagram comment specification example",
        "user guide, api docs, release notes, how to, style guide, write up",
    ),
    "research": Entry(
        "research investigate compare evaluate explore analyze analyse benchmark",
        "research investigate survey literature feasibility spike hypothesis experiment benchmark"
        " competitors paper papers",
        "explore compare evaluate analysis options alternatives find study statistics interview",
        "look into, find out, proof of concept, pros and cons, market research, user research",
    ),
    "design": Entry(
        "design sketch mock wireframe prototype",
        "design mockup mockups wireframe wireframes figma sketch logo typography branding prototype"
        " illustration palette photoshop illustrator",
        "style colour color layout icon banner poster visual draft theme",
        "design system, user flow, style guide, landing page, visual identity",
    ),
    "meeting": Entry(
        "meet schedule attend reschedule book",
        "meeting meet meetup standup retro retrospective appointment interview conference webinar"
        " agenda kickoff sync workshop 1:1 zoom session besprechung termin seminar",
        "schedule calendar attend invite minutes room presentation demo panel lunch coffee talk"
        " discuss board committee attendees",
        "set up a meeting, meet with, one on one, schedule a, conference call, catch up with,"
        " meeting with, all hands, sit down with, schedule appointment, schedule time",
    ),
    "communication": Entry(
        "email e-mail mail call phone text reply respond write ask tell send contact message notify"
        " remind inform invite follow followup ping thank let forward announce share talk give"
        " confirm request get reach touch anrufen schreiben",
        "email emails e-mail mail call phone text sms reply respond message contact notify"
        " voicemail letter whatsapp slack newsletter followup outreach rsvp tweet facebook"
        " feedback invitation invitations thank inform reminder skype telephone anrufen antworten",
        "ask tell send remind invite forward announce update share answer inquire intro introduce"
        " post about regarding re confirm confirmation dear",
        "follow up, followed up, get back to, reach out, thank you, let know, talk to, send out,"
        " get in touch, e mail, phone call, ask for, write to, speak with, speak to, check with,"
        " touch base, send to, give a call, call back",
    ),
    "finance": Entry(
        "pay invoice budget transfer deposit refund file cancel bezahlen überweisen",
        "pay payment invoice invoices invoicing bill bills tax taxes budget bank loan mortgage rent"
        " credit debit insurance refund salary payroll expense expenses accounting accountant"
        " receipt receipts reimbursement pension ira 401k stock stocks savings invest investment"
        " irs vat donation fee fees fine debt paypal venmo visa mastercard rechnung steuer miete"
        " deposit finance financial quickbooks audit wages atm check checks cheque overdraft"
        " bookkeeping grant funding",
        "money cost price account balance transfer statement cash subscription due dollars euro"
        " euros $ quote owe charge fund premium claim",
        "pay off, credit card, credit report, tax return, credit union, bank account, pay the,"
        " net worth, direct deposit, balance the, pay for",
    ),
    "health": Entry(
        "exercise run jog stretch meditate workout sleep take eat",
        "doctor dentist gym workout exercise run jog yoga medicine medication pill pills vitamin"
        " prescription pharmacy physio therapy therapist checkup vaccine vaccination vaccine"
        " hospital clinic blood diet calories weight meditate meditation allergy optician"
        " eyes teeth dental physical flu sick health healthy zahnarzt arzt dermatologist",
        "walk sleep water stretch run pain symptoms surgery fitness swim muscle protein glasses",
        "lose weight, eye exam, work out, flu shot, go for a run, go to the gym, drink water,"
        " blood test, go running",
    ),
    "home": Entry(
        "clean wash vacuum mop dust sweep mow water paint repair fix hang install tidy organize"
        " organise declutter unpack empty cook bake fold rake plant take feed donate assemble sort"
        " throw put move build replace change scrub iron trim weed aufräumen putzen",
        "clean laundry dishes dishwasher vacuum garbage trash rubbish recycling kitchen bathroom"
        " bedroom garage basement attic closet carpet floor lawn garden yard gutter gutters roof"
        " fence deck plumber plumbing faucet toilet sink shower bathtub furnace boiler heater"
        " thermostat lightbulb bulb furniture couch sofa shelf shelves drawer curtains blinds"
        " wallpaper declutter landlord tenant mow weeds compost cat dog litter pet hamster aquarium"
        " fridge refrigerator freezer oven stove microwave washer dryer mattress bed sheets"
        " driveway porch patio house apartment flat neighbour neighbor chores cupboard pantry desk"
        " paint door doors window windows wall walls ceiling light lights tree trees plants"
        " planting seeds putzen küche wohnung garten müll wäsche",
        "room wash fix repair hang box boxes clothes car tidy organize put away leak water old"
        " rid dust mop plant cook dinner meal table chair lamp tv screen grill pool",
        "take out, get rid of, clean up, clean out, put away, throw away, light bulb, change the"
        " oil, spring cleaning, hang up, hang pictures, trash can, air filter, set up the",
    ),
    "learning": Entry(
        "learn study read practice practise watch memorize revise lernen lesen",
        "learn study course lesson lessons class classes homework assignment exam quiz book books"
        " tutorial lecture textbook chapter vocabulary language spanish french german chinese"
        " mandarin japanese korean italian portuguese arabic latin english grammar duolingo"
        " coursera udemy essay thesis university college school certification flashcards piano"
        " guitar lernen math maths algebra calculus physics chemistry biology history",
        "read practice article paper watch video training skill teach teacher student notes"
        " research degree semester mooc podcast",
        "sign up for a class, online course, take a class, learn how, learn to, study for, how to"
        " play, read about, watch lecture, read chapter, finish reading",
    ),
    "personal": Entry(
        "celebrate relax visit watch play enjoy journal wear pick drop decide choose find remember"
        " plan",
        "birthday anniversary party wedding bride groom bridal bridesmaid bridesmaids groomsmen"
        " ceremony honeymoon reception engagement vows florist dj family mom dad mother"
        " father son daughter kids kid children grandma grandpa wife husband friend friends"
        " girlfriend boyfriend baby babysitter hobby photo photos album journal haircut barber"
        " salon church prayer christmas easter thanksgiving halloween holiday passport license"
        " movie movies film concert theater theatre festival museum picnic bbq dating date"
        " resume guest guests costume dress suit tux tuxedo ring rings hair makeup nails"
        " passbild geburtstag hochzeit familie ",
        "gift play game music visit cake dance song songs sing mass register favors "
        " self dream life goals habit night evening weekend",
        "pick up my, drop off, wedding day, date night, movie night, thank you notes, guest list,"
        " first dance, driver's license, spend time, new year",
    ),
    "shopping": Entry(
        "buy purchase order get shop rent pick replace grab find kaufen bestellen einkaufen",
        "buy purchase order shop shopping groceries grocery amazon ebay costco walmart target ikea"
        " milk bread eggs butter cheese store supermarket coupon gift gifts shoes shirt socks pants"
        " jacket batteries shampoo toothpaste toothbrush soap detergent napkins paper "
        " kaufen bestellen einkaufen mall checkout cart coffee tea sugar flour rice pasta fruit"
        " vegetables bananas apples tomatoes onions potatoes chicken beef wine beer cereal yogurt"
        " charger cable printer ink hardware",
        "pick up get new need bag bottle bottles pack pair sale supplies size oz lb lbs dozen cans"
        " tape ribbon candles decorations rent toilet",
        "pick up, shopping list, home depot, best buy, trader joe's, buy a, buy new, order new,"
        " stock up, paper towels, toilet paper",
    ),
    "travel": Entry(
        "book pack fly travel plan reserve",
        "travel trip flight flights fly airline airport hotel hotels hostel airbnb itinerary visa"
        " passport luggage suitcase train bus rental packing vacation cruise tour tourist"
        " sightseeing campsite camping camp hike hiking trail backpack backpacking tent map route"
        " accommodation accommodations lodging abroad reise flug urlaub zugticket"
        " road beach ferry taxi uber departure arrival border kayak expedia",
        "book ticket tickets reservation reservations reserve park island country tickets pack"
        " stay drive destination shuttle car guide directions",
        "book flight, book a flight, plane tickets, road trip, rental car, national park, car"
        " rental, check in, travel insurance, book hotel, travel arrangements",
    ),
    "work": Entry(
        "prepare review finalize finish submit present hire plan launch draft update complete"
        " create develop print approve coordinate evaluate draft write compile start recruit",
        "client clients customer customers project projects proposal report presentation slides"
        " deck powerpoint spreadsheet excel deadline contract contracts sales marketing campaign"
        " hire hiring recruit onboarding employee employees staff manager boss team office business"
        " company strategy quarterly roadmap stakeholder stakeholders vendor vendors budget kpi okr"
        " performance timesheet policy press media promo promotion sponsor sponsors sponsorship"
        " volunteer volunteers event venue program brochure flyer flyers"
        " poster signage logistics partner partners partnership brand seo blog content social"
        " webinar workshop grant organization coordinator director intern job kunde angebot"
        " bericht projekt",
        "review plan draft document finalize goals target prepare submit print list sheet form"
        " training approval pitch agency release cards site website outline sign schedule",
        "business plan, job description, press release, social media, action items, status report,"
        " annual report, business cards, content calendar, job posting, project plan, case study,"
        " mailing list, sign off",
    ),
}
