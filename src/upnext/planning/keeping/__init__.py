"""The statements that keep the stored keys in step; what decides them is upkeep's."""
