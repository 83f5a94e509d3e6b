"""BI integrations: where dashboards and syncs at the end of lineage come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dataexplore.clients.answers import fetch_list, fetch_record
from dataexplore.clients.inputs import only_secret
from dataexplore.clients.records import Record, Records, integer, record, text
from dataexplore.transport import Operation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dataexplore.secret import Secret
    from dataexplore.transport import Session

__all__ = ["Bi", "BiIntegration"]

_ALL = "/api/v1/lineage/bi/"
LIST = Operation("get_all_integrations_api_v1_lineage_bi__get", "GET", _ALL, repeatable=True)
GET = Operation(
    "get_integration_api_v1_lineage_bi__bi_datasource_id___get",
    "GET",
    f"{_ALL}{{bi_datasource_id}}/",
    repeatable=True,
)
# A GET that starts work.
SYNC = Operation(
    "resync_integration_api_v1_lineage_bi__bi_datasource_id__sync__get",
    "GET",
    f"{_ALL}{{bi_datasource_id}}/sync/",
    repeatable=False,
)
CREATE_DBT = Operation(
    "create_dbt_integration_api_v1_lineage_bi_dbt__post", "POST", f"{_ALL}dbt/", repeatable=False
)
CREATE_HIGHTOUCH = Operation(
    "create_hightouch_integration_api_v1_lineage_bi_hightouch__post",
    "POST",
    f"{_ALL}hightouch/",
    repeatable=False,
)
CREATE_LOOKER = Operation(
    "create_looker_integration_api_v1_lineage_bi_looker__post", "POST", f"{_ALL}looker/", repeatable=False
)
CREATE_MODE = Operation(
    "create_mode_integration_api_v1_lineage_bi_mode__post", "POST", f"{_ALL}mode/", repeatable=False
)
CREATE_POWERBI = Operation(
    "create_powerbi_integration_api_v1_lineage_bi_powerbi__post", "POST", f"{_ALL}powerbi/", repeatable=False
)
CREATE_TABLEAU = Operation(
    "create_tableau_integration_api_v1_lineage_bi_tableau__post", "POST", f"{_ALL}tableau/", repeatable=False
)


@record
class BiIntegration(Record):
    """A BI integration.

    Attributes:
        type: ``dbt``, ``hightouch``, ``looker``, ``mode``, ``powerbi``, ``tableau`` or another word.
        indexing_cron: when it is synced.
    """

    id: int | None = integer()
    name: str | None = text()
    type: str | None = text()
    indexing_cron: str | None = text()


class Bi:
    """The operations on BI integrations.

    Passwords and tokens are passed as :class:`~dataexplore.secret.Secret`. A binding names a connection of
    the BI tool and the data sources it stands for: ``{"remoteId": "...", "boundIds": [1]}``.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self) -> Records[BiIntegration]:
        """List the integrations (GET /api/v1/lineage/bi/)."""
        return fetch_list(self._session, LIST, BiIntegration)

    def get(self, bi_datasource_id: int) -> BiIntegration:
        """Read an integration (GET /api/v1/lineage/bi/{bi_datasource_id}/)."""
        return fetch_record(self._session, GET, BiIntegration, {"bi_datasource_id": bi_datasource_id})

    def sync(self, bi_datasource_id: int) -> BiIntegration:
        """Start a sync now (GET /api/v1/lineage/bi/{bi_datasource_id}/sync/). It is never sent twice.

        Raises:
            OutcomeUnknown: no answer; the sync may have been started.
        """
        return fetch_record(self._session, SYNC, BiIntegration, {"bi_datasource_id": bi_datasource_id})

    def create_dbt(
        self, *, ci_config_id: int, name: str | None = None, indexing_cron: str | None = None
    ) -> BiIntegration:
        """Add a dbt integration (POST /api/v1/lineage/bi/dbt/)."""
        return self._create(CREATE_DBT, ci_config_id=ci_config_id, name=name, indexing_cron=indexing_cron)

    def create_hightouch(
        self,
        *,
        token: Secret,
        bindings: Sequence[Mapping[str, Any]],
        workspace: str | None = None,
        name: str | None = None,
        indexing_cron: str | None = None,
    ) -> BiIntegration:
        """Add a Hightouch integration (POST /api/v1/lineage/bi/hightouch/)."""
        return self._create(
            CREATE_HIGHTOUCH,
            token=only_secret(token),
            bindings=bindings,
            workspace=workspace,
            name=name,
            indexing_cron=indexing_cron,
        )

    def create_looker(
        self,
        *,
        base_url: str,
        client_id: str,
        client_secret: Secret,
        repo_id: int,
        bindings: Sequence[Mapping[str, Any]] | None = None,
        project_ids: Sequence[str] | None = None,
        name: str | None = None,
        indexing_cron: str | None = None,
    ) -> BiIntegration:
        """Add a Looker integration (POST /api/v1/lineage/bi/looker/)."""
        return self._create(
            CREATE_LOOKER,
            base_url=base_url,
            client_id=client_id,
            client_secret=only_secret(client_secret),
            repo_id=repo_id,
            bindings=bindings,
            project_ids=project_ids,
            name=name,
            indexing_cron=indexing_cron,
        )

    def create_mode(
        self,
        *,
        token: Secret,
        password: Secret,
        workspace: str | None = None,
        name: str | None = None,
        indexing_cron: str | None = None,
    ) -> BiIntegration:
        """Add a Mode integration (POST /api/v1/lineage/bi/mode/)."""
        return self._create(
            CREATE_MODE,
            token=only_secret(token),
            password=only_secret(password),
            workspace=workspace,
            name=name,
            indexing_cron=indexing_cron,
        )

    def create_powerbi(
        self,
        *,
        auth_type: str | None = None,
        tenant_id: str | None = None,
        client_id: str | None = None,
        client_secret: Secret | None = None,
        name: str | None = None,
        indexing_cron: str | None = None,
    ) -> BiIntegration:
        """Add a Power BI integration (POST /api/v1/lineage/bi/powerbi/)."""
        return self._create(
            CREATE_POWERBI,
            auth_type=auth_type,
            tenant_id=tenant_id,
            client_id=client_id,
            client_secret=None if client_secret is None else only_secret(client_secret),
            name=name,
            indexing_cron=indexing_cron,
        )

    def create_tableau(
        self,
        *,
        server_url: str,
        site_id: str,
        token_name: str,
        token_value: Secret,
        name: str | None = None,
        indexing_cron: str | None = None,
    ) -> BiIntegration:
        """Add a Tableau integration (POST /api/v1/lineage/bi/tableau/)."""
        return self._create(
            CREATE_TABLEAU,
            server_url=server_url,
            site_id=site_id,
            token_name=token_name,
            token_value=only_secret(token_value),
            name=name,
            indexing_cron=indexing_cron,
        )

    def _create(self, operation: Operation, **config: Any) -> BiIntegration:
        body = {name: value for name, value in config.items() if value is not None}
        return fetch_record(self._session, operation, BiIntegration, json=body)
