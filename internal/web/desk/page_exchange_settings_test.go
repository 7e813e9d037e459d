package desk_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// base is the revision that the form with a button of that word carries.
func (a answer) base(t *testing.T, word string) string {
	t.Helper()
	for _, form := range a.find(func(n *html.Node) bool { return n.Data == "form" }) {
		if !strings.Contains(inner(form), word) {
			continue
		}
		for d := range form.Descendants() {
			if d.Data == "input" && attr(d, "name") == "base" {
				return attr(d, "value")
			}
		}
	}
	t.Fatalf("no form with %q carries a revision: %s", word, a.shown())
	return ""
}

// TestPartnerFromIntroduction adds a partner from its introduction, gives it a
// token that is shown once, and lets it into a community.
func TestPartnerFromIntroduction(t *testing.T) {
	p := newExchangePair(t)
	admin := p.est.as("admin")
	intro, err := p.jpn.node.Introduction(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	intro.Title, intro.Actor, intro.Identity, intro.Token = "Somewhere <b>else</b>", "fra", "identity--00000000-0000-4000-8000-00000000f0f0", "secret-token-of-the-introduction"
	intro.CA, intro.Names, intro.Log, intro.URL = "", nil, "", "https://exchange.example:8443/"
	var b bytes.Buffer
	if err := intro.Write(&b); err != nil {
		t.Fatal(err)
	}
	admin.get("/desk/exchange/partners").is(http.StatusOK, "Japan (trial)", "active", "TLP:AMBER+STRICT")
	form := admin.post("/desk/exchange/partners/introduced", "introduction", b.String()).is(http.StatusOK, "The form below is filled in.")
	form.not("secret-token-of-the-introduction", "<b>else")
	if form.input("url") != "https://exchange.example:8443/" || form.input("id") != "fra" {
		t.Errorf("url %q, id %q", form.input("url"), form.input("id"))
	}
	admin.post("/desk/exchange/partners/introduced", "introduction", `{"form":"x","token":"another-secret"}`).is(http.StatusBadRequest, "entente.introduction/1").not("another-secret")
	admin.post("/desk/exchange/partners/introduced", "introduction", "").is(http.StatusBadRequest)

	// Wrong fields say so beside them, all at once, and nothing typed is lost.
	base := form.input("base")
	wrong := admin.post("/desk/exchange/partners/new", "base", base, "id", "fra", "name", "France", "url", "http://exchange.example/", "actor", "Not An Actor", "log", "no key", "identities", "nobody").
		is(http.StatusBadRequest, "is not https", "is not the id of an actor", "public key of its log cannot be read")
	if wrong.input("name") != "France" {
		t.Error("what was typed is lost")
	}
	admin.post("/desk/exchange/partners/new", "base", base, "id", "fra", "name", "France", "community", "pair").is(http.StatusBadRequest, "Clearance")
	page := admin.follow(admin.post("/desk/exchange/partners/new", "base", base, "id", "fra", "name", "France", "actor", "fra", "community", "pair", "clearance", "GREEN")).
		is(http.StatusOK, "France is a partner now.", "TLP:GREEN", "It has no token or password.")
	admin.post("/desk/exchange/partners/new", "base", page.base(t, "Suspend it"), "id", "fra", "name", "France again").is(http.StatusBadRequest, "already")

	// A token is shown this once.
	admin.post("/desk/exchange/partners/fra/credentials", "kind", "token", "label", "poller", "expires", "").is(http.StatusBadRequest)
	expires := page.input("expires")
	token := admin.post("/desk/exchange/partners/fra/credentials", "kind", "token", "label", "poller", "expires", expires).is(http.StatusOK, "It is kept here as a hash only", "poller")
	secret := ""
	for _, n := range token.find(func(n *html.Node) bool { return attr(n, "id") == "secret" }) {
		secret = attr(n, "value")
	}
	if len(secret) < 30 {
		t.Fatalf("no secret: %s", token.shown())
	}
	again := admin.get("/desk/exchange/partners/fra").is(http.StatusOK, "poller").not(secret)
	admin.post("/desk/exchange/partners/fra/credentials", "kind", "certificate", "label", "x", "expires", expires).is(http.StatusBadRequest)
	admin.post("/desk/exchange/partners/fra/credentials", "kind", "token", "label", "x", "expires", "2199-01-01").is(http.StatusBadRequest)
	admin.get("/desk/audit").is(http.StatusOK, "made a token").not(secret)
	revoke := ""
	for _, n := range again.find(func(n *html.Node) bool { return n.Data == "form" && strings.HasSuffix(attr(n, "action"), "/revoke") }) {
		revoke = attr(n, "action")
	}
	admin.follow(admin.post(revoke)).is(http.StatusOK, "opens nothing any more", "revoked")
	admin.post("/desk/exchange/partners/japan/credentials/" + strings.Split(revoke, "/")[6] + "/revoke").is(http.StatusBadRequest)

	// A change from an old page is refused, and says so.
	admin.post("/desk/exchange/partners/fra", "base", base, "name", "Old").is(http.StatusBadRequest, "Somebody changed the settings")
	admin.follow(admin.post("/desk/exchange/partners/fra", "base", again.base(t, "Save"), "name", "France, new")).is(http.StatusOK).not("Somebody changed")
}

// shareIncident shares the synthetic incident from the desk, and lets Japan fetch
// it.
func (p *exchangePair) shareIncident(t *testing.T) {
	t.Helper()
	bundle, err := os.ReadFile(filepath.Join(p.Dir, "incident.json"))
	if err != nil {
		t.Fatal(err)
	}
	editor := p.est.as("editor")
	plan := editor.send("/desk/exchange/share", "incident.json", bundle, "collection", p.est.collection(t, "incidents"), "level", "AMBER", "do", "plan").is(http.StatusOK)
	editor.follow(editor.post("/desk/exchange/share", plan.again("do", "share")...)).is(http.StatusOK)
	p.jpn.sync("estonia")
}

// TestNarrowing: what a change closes is shown before it counts, with what has
// left already; the confirmation holds for what was shown and nothing else.
func TestNarrowing(t *testing.T) {
	p := newExchangePair(t)
	p.shareIncident(t)
	admin := p.est.as("admin")
	page := admin.get("/desk/exchange/partners/japan").is(http.StatusOK)
	base := page.base(t, "Suspend it")
	ask := admin.post("/desk/exchange/partners/japan/state", "base", base, "do", "suspend").
		is(http.StatusOK, "Before it is changed", "This closes something.", "left already", "incident--", "has it since", "Incidents")
	ask.sound(t, "settle")
	if s, err := p.est.node.Book.Settings(t.Context()); err != nil || s.Partner("japan").Suspended {
		t.Fatal("the change was made before it was confirmed")
	}
	admin.post("/desk/exchange/partners/japan/state", "base", base, "do", "suspend", "confirm", "made-up").is(http.StatusOK, "Before it is changed")
	admin.follow(admin.post("/desk/exchange/partners/japan/state", ask.again()...)).is(http.StatusOK, "is suspended")
	// The same confirmation again is for settings that are no more.
	admin.post("/desk/exchange/partners/japan/state", ask.again()...).is(http.StatusConflict, "Somebody changed the settings")

	// Widening says what opens.
	page = admin.get("/desk/exchange/partners/japan").is(http.StatusOK, "suspended")
	wide := admin.post("/desk/exchange/partners/japan/state", "base", page.base(t, "Let it take part again"), "do", "resume").is(http.StatusOK, "What partners can take from now on")
	admin.follow(admin.post("/desk/exchange/partners/japan/state", wide.again()...)).is(http.StatusOK, "takes part again")

	// So do a clearance, a ceiling and an embargo.
	community := admin.get("/desk/exchange/communities/pair").is(http.StatusOK, "Japan (trial)")
	admin.post("/desk/exchange/communities/pair", "base", community.base(t, "Set the member"), "do", "member", "partner", "japan", "clearance", "GREEN").is(http.StatusOK, "Before it is changed", "incident--")
	admin.post("/desk/exchange/communities/pair", "base", community.base(t, "Set the member"), "do", "member", "partner", "japan", "clearance", "RED").is(http.StatusBadRequest)
	admin.post("/desk/exchange/communities/pair", "base", community.base(t, "Set the member"), "do", "member", "partner", "nobody", "clearance", "GREEN").is(http.StatusBadRequest)
	admin.post("/desk/exchange/communities/pair", "base", community.base(t, "Take out"), "do", "leave", "partner", "japan").is(http.StatusOK, "Before it is changed")
	admin.post("/desk/exchange/communities/pair", "base", community.base(t, "Remove the community"), "do", "remove").is(http.StatusBadRequest, "serves it")
	place := "/desk/exchange/collections/" + p.est.collection(t, "incidents")
	collection := admin.get(place).is(http.StatusOK, "The account of each partner", "TLP:AMBER+STRICT")
	admin.post(place, "base", collection.base(t, "Remove the collection"), "do", "remove").is(http.StatusOK, "Before it is changed")
	admin.post(place, "base", collection.base(t, "Save"), "do", "change", "title", "Incidents", "alias", "incidents", "ceiling", "AMBER+STRICT", "communities", "pair", "closed", "yes").is(http.StatusOK, "Before it is changed")
	id := strings.TrimPrefix(p.est.as("editor").get("/desk/exchange/releases?type=incident").href(t, "/desk/exchange/objects/"), "/desk/exchange/objects/")
	embargo := admin.get("/desk/exchange/embargoes?object="+id).is(http.StatusOK, "There is no embargo.")
	ask = admin.post("/desk/exchange/embargoes", "base", embargo.base(t, "Set it"), "do", "set", "object", id, "until", "2199-01-01", "note", "not yet").is(http.StatusOK, "Before it is changed")
	admin.follow(admin.post("/desk/exchange/embargoes", ask.again()...)).is(http.StatusOK, "not yet", "1 January 2199")
	admin.post("/desk/exchange/embargoes", "base", "0", "do", "set", "object", "nothing", "until", "").is(http.StatusBadRequest, "no identifier of an object")
}

// TestCircles adds a community and a collection, and removes them.
func TestCircles(t *testing.T) {
	p := newExchangePair(t)
	admin := p.est.as("admin")
	base := admin.get("/desk/exchange/communities").is(http.StatusOK, "The two nodes of the trial").input("base")
	admin.post("/desk/exchange/communities", "base", base, "id", "Not good").is(http.StatusBadRequest, "cannot be the name of a community")
	page := admin.follow(admin.post("/desk/exchange/communities", "base", base, "id", "circle", "name", "A <i>circle</i>")).is(http.StatusOK, "A <i>circle</i>", "Nobody is in it yet.")
	page.not("<i>circle")
	page = admin.follow(admin.post("/desk/exchange/communities/circle", "base", page.base(t, "Set the member"), "do", "member", "partner", "japan", "clearance", "AMBER")).is(http.StatusOK, "TLP:AMBER")
	page = admin.follow(admin.post("/desk/exchange/communities/circle", "base", page.base(t, "Save"), "do", "name", "name", "The circle")).is(http.StatusOK, "The circle")

	base = admin.get("/desk/exchange/collections").is(http.StatusOK, "Positions", "Incidents").input("base")
	admin.post("/desk/exchange/collections", "base", base, "title", "", "ceiling", "RED").is(http.StatusBadRequest)
	one := admin.follow(admin.post("/desk/exchange/collections", "base", base, "title", "Methods", "alias", "methods", "ceiling", "AMBER", "communities", "circle", "writers", "japan")).
		is(http.StatusOK, "The collection Methods was added.", "The circle", "Japan (trial)")
	place := "/desk/exchange/collections/" + p.est.collection(t, "methods")
	one = admin.follow(admin.post(place, "base", one.base(t, "Save"), "do", "change", "title", "Methods and tools", "alias", "methods", "ceiling", "GREEN", "communities", "circle")).is(http.StatusOK, "Methods and tools", "TLP:GREEN")
	one.not(`value="japan" checked`)
	admin.post("/desk/exchange/communities/circle", "base", page.base(t, "Remove the community"), "do", "remove").is(http.StatusBadRequest)
	admin.follow(admin.post(place, "base", one.base(t, "Remove the collection"), "do", "remove")).is(http.StatusOK, "was removed").not("Methods and tools</a>")
	page = admin.get("/desk/exchange/communities/circle")
	admin.follow(admin.post("/desk/exchange/communities/circle", "base", page.base(t, "Remove the community"), "do", "remove")).is(http.StatusOK, "was removed")
	admin.get("/desk/exchange/communities/circle").is(http.StatusNotFound)
	if s, err := p.est.node.Book.Settings(t.Context()); err != nil || s.Check() != nil || len(s.Collections) != 2 {
		t.Errorf("%v %+v", err, s)
	}
}

// TestExchangeRights: who may not act sees no way to, and is refused.
func TestExchangeRights(t *testing.T) {
	p := newExchangePair(t)
	p.shareIncident(t)
	for _, role := range []string{"reader", "coder", "reviewer", "editor", "admin"} {
		who := p.jpn.as(role)
		for _, path := range []string{"/desk/exchange", "/desk/exchange/inbox", "/desk/exchange/inbox/1", "/desk/exchange/partners", "/desk/exchange/partners/estonia", "/desk/exchange/log", "/desk/exchange/receipts", "/desk/exchange/releases"} {
			want := http.StatusOK
			if role == "reader" {
				want = http.StatusForbidden
			}
			who.get(path).is(want)
		}
		for path, least := range map[string]string{
			"/desk/exchange/share": "editor", "/desk/exchange/withdraw?object=x": "editor", "/desk/exchange/partners/new": "admin",
		} {
			a := who.get(path)
			if allowed := a.code != http.StatusForbidden; allowed != (role == "admin" || role == least) {
				t.Errorf("%s opens %s: status %d", role, path, a.code)
			}
		}
		for path, least := range map[string]string{
			"/desk/exchange/share": "editor", "/desk/exchange/withdraw": "editor", "/desk/exchange/inbox": "editor", "/desk/exchange/inbox/1/merge": "editor",
			"/desk/exchange/partners/new": "admin", "/desk/exchange/partners/estonia": "admin", "/desk/exchange/partners/estonia/state": "admin", "/desk/exchange/partners/estonia/credentials": "admin",
			"/desk/exchange/communities": "admin", "/desk/exchange/communities/pair": "admin", "/desk/exchange/collections": "admin", "/desk/exchange/embargoes": "admin", "/desk/exchange/log/proof": "admin",
		} {
			a := who.post(path)
			if allowed := a.code != http.StatusForbidden; allowed != (role == "admin" || role == least) {
				t.Errorf("%s posts to %s: status %d", role, path, a.code)
			}
		}
	}
	coder := p.jpn.as("coder")
	coder.get("/desk/exchange/inbox/1").is(http.StatusOK).not(`value="accept"`, `value="reject"`)
	coder.get("/desk/exchange/partners/estonia").is(http.StatusOK).not(`value="suspend"`, "New token", `name="kind"`)
	coder.get("/desk").is(http.StatusOK, "Exchange")
	p.jpn.as("reader").get("/desk").is(http.StatusOK).not("/desk/exchange")
}

// TestNoNode: a server without a node says how to get one.
func TestNoNode(t *testing.T) {
	r := newRoom(t)
	editor := r.as("admin")
	for _, path := range exchangeAddresses {
		editor.get(path).is(http.StatusOK, "This server takes part in no exchange.", "entente serve --node DIR").sound(t, path)
	}
	editor.post("/desk/exchange/partners/new", "id", "x").is(http.StatusNotFound)
	editor.get("/desk").is(http.StatusOK).not("/desk/exchange")
}

// TestFetch fetches from a partner at the desk, and sets the secret by which the
// node comes to it.
func TestFetch(t *testing.T) {
	p := newExchangePair(t)
	editor, admin := p.jpn.as("editor"), p.jpn.as("admin")
	bundle, err := os.ReadFile(filepath.Join(p.Dir, "incident.json"))
	if err != nil {
		t.Fatal(err)
	}
	estonia := p.est.as("editor")
	plan := estonia.send("/desk/exchange/share", "incident.json", bundle, "collection", p.est.collection(t, "incidents"), "level", "AMBER", "do", "plan").is(http.StatusOK)
	estonia.follow(estonia.post("/desk/exchange/share", plan.again("do", "share")...)).is(http.StatusOK)
	editor.get("/desk/exchange/partners/estonia").is(http.StatusOK, "Last fetched from it never", "Fetch from it now")
	editor.follow(editor.post("/desk/exchange/partners/estonia/sync")).is(http.StatusOK, "2 objects came, 2 receipts were taken.").not("Last fetched from it never")
	editor.get("/desk/exchange/inbox").is(http.StatusOK, "incident", "SYNTHETIC: mail of a ministry")
	p.jpn.as("coder").post("/desk/exchange/partners/estonia/sync").is(http.StatusForbidden)

	admin.get("/desk/exchange/partners/estonia").is(http.StatusOK, "There is a secret.")
	admin.post("/desk/exchange/partners/estonia/outgoing").is(http.StatusBadRequest)
	wrong := admin.post("/desk/exchange/partners/estonia/outgoing", "outgoing", "two\nlines-of-a-secret").is(http.StatusBadRequest)
	wrong.not("lines-of-a-secret")
	admin.follow(admin.post("/desk/exchange/partners/estonia/outgoing", "outgoing", "a-wrong-secret")).is(http.StatusOK, "is kept").not("a-wrong-secret")
	admin.get("/desk/audit").is(http.StatusOK, "set the secret").not("a-wrong-secret")
	a := editor.post("/desk/exchange/partners/estonia/sync")
	if a.code != http.StatusSeeOther && (a.code < 400 || a.code >= 500) {
		t.Errorf("with a wrong secret: status %d: %s", a.code, a.shown())
	}
	a.not("a-wrong-secret")
}
