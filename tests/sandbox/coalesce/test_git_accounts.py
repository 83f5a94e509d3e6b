from __future__ import annotations

CANARY = "canary-7f3a"


def test_two_accounts_are_there(coalesce):
    listed = coalesce.get("/gitAccounts", params={"limit": 2}).json()["data"]
    assert [(one["id"], one["provider"]) for one in listed] == [("g1", "github"), ("g2", "gitlab")]
    assert all(set(one) == {"id", "provider", "username", "createdAt"} for one in listed)
    assert coalesce.get("/gitAccounts/g1").json() == listed[0]


def test_an_account_is_created_changed_and_removed_and_its_token_never_kept(coalesce_of, tmp_path, refused):
    client = coalesce_of("--data", tmp_path)
    body = {"provider": "bitbucket", "username": "mei", "token": CANARY}
    made = client.post("/gitAccounts", json=body).json()
    path = f"/gitAccounts/{made['id']}"
    answers = [
        client.put(path, json=body | {"username": "mei-tanaka"}),
        client.get(path),
        client.get("/gitAccounts"),
        client.get("/audit_logs"),
        client.put(path, json={"provider": 5, "username": "mei", "token": CANARY}),
        client.post("/gitAccounts", json={"provider": " ", "username": "mei", "token": CANARY}),
        client.post("/gitAccounts", content=f'{{"token": "{CANARY}"'),
    ]
    assert answers[0].json() == made | {"username": "mei-tanaka"}
    assert answers[1].json() == answers[0].json()
    assert all(CANARY not in answer.text for answer in answers)
    assert [answer.status_code for answer in answers[-3:]] == [400, 400, 400]
    coalesce_of.stop()
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.name.startswith("records"))
    assert b"mei-tanaka" in kept
    assert CANARY.encode() not in kept
    client = coalesce_of("--data", tmp_path)
    assert client.delete(path).status_code == 204
    refused(client.get(path), 404, "NOT_FOUND")
    refused(client.put(path, json=body), 400, "NOT_FOUND")
    refused(client.delete(path), 400, "NOT_FOUND")
    assert client.post("/gitAccounts", json=body).json()["id"] == "g4"


def test_a_token_must_be_text(coalesce, refused):
    for token in (5, None, [CANARY]):
        sentence = refused(
            coalesce.post("/gitAccounts", json={"provider": "github", "username": "u", "token": token})
        )
        assert sentence == "token must be text"
