"""Applications API: the rotation of a program's secret, a grantless operation.

Amazon sends the new secret by notification only; here `/simulator/inspect/applications` shows it.
"""

from amazon_simulator.http.answers import Answer, nothing
from amazon_simulator.http.call import Call
from amazon_simulator.world.order_commands import RotateSecret


def rotate_secret(call: Call) -> Answer:
    call.desk.world.do(RotateSecret(client_id=call.caller.client_id))
    return nothing()
