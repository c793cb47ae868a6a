"""The pages of video calls, as journeys. A room is open for an hour or two: the others of its states are walked by the
journey of a call, which makes an appointment for now."""

from portal.pages import Page

PAGES = [
    Page(
        "video-early", "/citas", who="amparo",
        steps=({"follow": ".next-links li:first-child a"}, {"follow": 'main a[href$="/video"]'}),
        title="Videollamada", route="/citas/<uuid:appointment_id>/video",
    ),
]  # fmt: skip
