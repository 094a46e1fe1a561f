# We need three eggs and a glass of milk.
# Mix them with the flour, then wait for half an hour.
INGREDIENTS = {"eggs": 3, "milk": 0.25}


def is_ready(minutes: int) -> bool:
    """The cake is ready when it smells good."""
    return minutes >= 40  # Don't open the oven before that.
