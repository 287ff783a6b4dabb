"""${message}. Written by ``python -m plans.store.migrate``; not edited by hand."""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades.replace(" - please adjust!", "")}


def downgrade() -> None:
    ${downgrades.replace(" - please adjust!", "")}
