"""The work with a person: referrals and case teams, the social history, and the plan that they follow."""
