"""Made-up work: titles and descriptions that read and weigh like what people type."""

import random

VERBS = (
    "Answer", "Book", "Call", "Check", "Clean up", "Compare", "Draft", "File", "Finish", "Fix",
    "Plan", "Prepare", "Print", "Renew", "Repair", "Reply to", "Review", "Schedule", "Send",
    "Sort out", "Submit", "Test", "Translate", "Update", "Write",
)  # fmt: skip
THINGS = (
    "the rent contract", "Anna's birthday", "the garden shed", "the quarterly report",
    "the login form", "the dentist", "the holiday photos", "the tax papers", "the spare keys",
    "the release notes", "the budget", "the kitchen tap", "Grandma's recipe book", "the invoice",
    "the train tickets", "the backup disk", "the newsletter", "the interview questions",
    "the bicycle brakes", "the customer list", "the onboarding guide", "the slides for Monday",
    "the school form", "the heating", "the search page",
)  # fmt: skip
ENDS = (
    "", "", "", " before the weekend", " with Tom", " for the team", " (second try)", " at home",
    " in the office", " — ask Müller first", " for spring", " by phone",
)  # fmt: skip
SENTENCES = (
    "Look at last year's version first.",
    "The number is on the fridge.",
    "- who comes?\n- what do we need?\n- who pays?",
    "Wait for the answer, then go on.",
    "See the notes of the last meeting.",
    "Ask whether **Friday** works as well.",
    "It took two hours last time, so start early.",
    "Needs a signature.",
)
TAGS = (
    "home",
    "work",
    "errand",
    "phone",
    "computer",
    "garden",
    "finance",
    "health",
    "deep",
    "5min",
)
CATEGORIES = ("general", "work", "personal", "home", "finance", "health")


class Writer:
    """The same seed, the same work."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def title(self) -> str:
        pick = self._random.choice
        return f"{pick(VERBS)} {pick(THINGS)}{pick(ENDS)}"

    def description(self) -> str:
        """Every other task has none, as with real people."""
        count = self._random.choice((0, 0, 1, 2))
        return "\n\n".join(self._random.sample(SENTENCES, count))

    def tags(self) -> list[str]:
        return sorted(self._random.sample(TAGS, self._random.choice((0, 1, 1, 2))))

    def category(self) -> str:
        return self._random.choice(CATEGORIES)
