package desk_test

import (
	"net/http"
	"strings"
	"testing"

	"entente/internal/auth"
	"entente/internal/store"
	"entente/internal/workbench"
)

// TestWhoChecksLinks asks as every role.
func TestWhoChecksLinks(t *testing.T) {
	r := newRoom(t)
	for _, role := range auth.Roles() {
		p := r.as(string(role))
		want := http.StatusOK
		if !auth.Allowed(role, auth.LinkCheck) {
			want = http.StatusForbidden
		}
		if a := p.get("/desk/links"); a.code != want {
			t.Errorf("%s gets %d, want %d", role, a.code, want)
		}
		if a := p.post("/desk/links", "do", "chosen"); a.code == http.StatusForbidden != (want == http.StatusForbidden) {
			t.Errorf("%s: POST gives %d", role, a.code)
		}
	}
}

// TestLinkPage: findings stand beside their address with the date; a finding of
// an earlier address does not count for the new one.
func TestLinkPage(t *testing.T) {
	r := newRoom(t)
	p := r.as("editor")
	p.get("/desk/links").is(http.StatusOK, "never checked")
	p.post("/desk/links", "do", "chosen").is(http.StatusBadRequest, "Tick at least one source")
	c, _, err := r.bench.Store.Corpus(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i := range c.Sources {
		s := &c.Sources[i]
		if s.URL == "" || n == 2 {
			continue
		}
		url, when := s.URL, "2026-03-04T10:00:00Z"
		if n++; n == 2 {
			url = "https://old.example.org/"
		}
		body := `{"source":"` + string(s.ID) + `","url":"` + url + `","outcome":"dead","dead":true,"status":404,"why":"there is no such page","checked":"` + when + `"}`
		if _, err := r.bench.Store.Save(t.Context(), store.Reason{Who: "editor", Why: "test", Via: "web"}, store.Change{Key: store.Key{Kind: workbench.KindLink, ID: string(s.ID)}, State: store.Draft, Body: []byte(body)}); err != nil {
			t.Fatal(err)
		}
	}
	p.get("/desk/links?show=dead").is(http.StatusOK, "dead: 1.", "there is no such page", "(404)", "4 March 2026", "One of ")
	p.getJSON("/desk/links.json").is(http.StatusOK, "entente.links/1", `"dead": true`, `"checked": "2026-03-04T10:00:00Z"`)
	if got := strings.Count(p.get("/desk/links.csv").is(http.StatusOK).body, ",dead,yes,"); got != 1 {
		t.Errorf("%d dead addresses in the CSV", got)
	}
	p.get("/desk/links?show=nonsense").is(http.StatusBadRequest)
}

// TestCheckOneLink asks an address of an inner network: the server refuses to
// ask it, and says so with the date. It needs no network: a host that is a
// number has no name to be looked up.
func TestCheckOneLink(t *testing.T) {
	r := newRoom(t)
	p := r.as("editor")
	p.paper("url", "http://127.0.0.1:1/paper")
	id := ""
	for _, l := range p.getJSON("/desk/links.json").data()["links"].([]any) {
		if l := l.(map[string]any); l["url"] == "http://127.0.0.1:1/paper" {
			id = l["source"].(string)
		}
	}
	if id == "" {
		t.Fatal("no source to tick")
	}
	p.follow(p.post("/desk/links", "do", "chosen", "source", id)).is(http.StatusOK, "One address was asked; dead: 0.", "not an address that this server may ask", "pasted text")
}
