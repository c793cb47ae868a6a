"""The whole door: the parts of every room, put together."""

from case_api.access.challenges import ChallengesDoor
from case_api.access.consents.moving import ConsentDoor
from case_api.access.consents.recalled import RecallsDoor
from case_api.access.glass import GlassDoor
from case_api.access.queries import QueriesDoor
from case_api.access.shields import ShieldsDoor
from case_api.agenda.door import AppointmentsDoor
from case_api.care.history import HistoryDoor
from case_api.care.plan import PlanDoor
from case_api.care.referral import ReferralDoor
from case_api.files.door import FilesDoor
from case_api.files.released import ReleasedReportsDoor
from case_api.files.reports import ReportsDoor
from case_api.households.credential import CredentialDoor
from case_api.households.household import HouseholdDoor
from case_api.households.representation import RepresentationDoor
from case_api.people.assigning import AssigningDoor
from case_api.people.door import PeopleDoor
from case_api.people.enrolment import EnrolmentDoor
from case_api.rights.exports import ExportsDoor
from case_api.rights.requests import RequestsDoor


class Door(
    PeopleDoor,
    EnrolmentDoor,
    AssigningDoor,
    HouseholdDoor,
    RepresentationDoor,
    CredentialDoor,
    FilesDoor,
    ReleasedReportsDoor,
    ReportsDoor,
    ReferralDoor,
    HistoryDoor,
    PlanDoor,
    AppointmentsDoor,
    ChallengesDoor,
    ShieldsDoor,
    GlassDoor,
    ConsentDoor,
    RecallsDoor,
    QueriesDoor,
    RequestsDoor,
    ExportsDoor,
):
    """Everything the record can be asked, for one actor and one purpose. Made by `open_door`."""
