package web

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"entente/internal/auth"
	"entente/internal/store"
)

// readable are the pages of the workbench, with the least role that reads them.
var readable = map[string]auth.Role{
	"/desk": auth.Reader, "/desk/account": auth.Reader, "/desk/log": auth.Coder, "/desk/log?who=local&kind=actors&since=2020-01-01": auth.Coder, "/desk/log/1": auth.Coder,
	"/desk/records/actors/est": auth.Coder, "/desk/records/actors/est?from=1&to=2": auth.Coder, "/desk/accounts": auth.Admin, "/desk/accounts/coder": auth.Admin,
	"/desk/audit": auth.Admin, "/desk/audit?action=sign-in&outcome=ok&since=2020-01-01&until=2099-01-01": auth.Admin,
}

// TestDeskPages reads every page as every role and checks what each page owes
// its readers; nobody may keep one.
func TestDeskPages(t *testing.T) {
	b := newBench(t, auth.Accounts)
	b.rename("est", "Eesti")
	for _, role := range auth.Roles() {
		c := b.as(role)
		for path, least := range readable {
			w := c.get(path)
			want := http.StatusOK
			if !role.AtLeast(least) {
				want = http.StatusForbidden
			}
			if w.Code != want {
				t.Errorf("%s reads %s: status %d, want %d", role, path, w.Code, want)
				continue
			}
			body := w.Body.String()
			if strings.Contains(body, "⟪") || strings.Contains(body, "<no value>") || strings.Contains(body, "ZgotmplZ") {
				t.Errorf("%s: a text is missing: %s", path, regexp.MustCompile(`⟪[^⟫]*⟫|<no value>|ZgotmplZ`).FindString(body))
			}
			if w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s may be kept: %q", path, w.Header().Get("Cache-Control"))
			}
			if want == http.StatusOK && (!strings.Contains(body, "Sign out") || !strings.Contains(body, string(role)+",")) {
				t.Errorf("%s does not name its reader %s", path, role)
			}
			checkPage(t, parse(t, w.Body.Bytes()))
		}
	}
	if w := b.as(auth.Reader).get("/desk/audit"); strings.Contains(w.Body.String(), "needs the role admin") == false {
		t.Errorf("the refusal does not say what is missing: %s", w.Body)
	}
}

// TestPublicPagesOfATeam: who has signed in finds the way to the workbench, and
// nobody else may keep the answer.
func TestPublicPagesOfATeam(t *testing.T) {
	b := newBench(t, auth.Accounts, func(o *Options) { o.Auth.Public = true })
	guest, reader := b.visitor().get("/actors/est"), b.as(auth.Reader).get("/actors/est")
	if body := guest.Body.String(); guest.Code != 200 || !strings.Contains(body, `href="/signin"`) || strings.Contains(body, `href="/desk"`) {
		t.Errorf("guest: %d", guest.Code)
	}
	if body := reader.Body.String(); reader.Code != 200 || strings.Contains(body, `href="/signin"`) || !strings.Contains(body, `href="/desk"`) {
		t.Errorf("reader: %d", reader.Code)
	}
	for _, w := range []*httptest.ResponseRecorder{guest, reader} {
		if got := w.Header().Get("Cache-Control"); got != "private, no-cache" {
			t.Errorf("cache control %q", got)
		}
		if vary := strings.Join(w.Header().Values("Vary"), ", "); !strings.Contains(vary, "Cookie") || !strings.Contains(vary, "Accept-Encoding") {
			t.Errorf("vary %q", vary)
		}
	}
}

// TestExportsAreEntered: who takes a file away stands in the audit log; who
// reads does not.
func TestExportsAreEntered(t *testing.T) {
	b := newBench(t, auth.Accounts)
	c := b.as(auth.Reader)
	for _, path := range []string{"/actors/est", "/actors/est.json", "/actors/est.csv?as_of=2021-02-19", "/compare/est/jpn.docx"} {
		if w := c.get(path); w.Code != http.StatusOK {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
	list, err := b.service.Audit().Entries(t.Context(), auth.EntryFilter{Action: auth.Export})
	if err != nil || len(list) != 2 {
		t.Fatalf("%v: %+v", err, list)
	}
	for i, want := range []string{"/compare/est/jpn.docx", "/actors/est.csv?as_of=2021-02-19"} {
		if e := list[i]; e.Who != "reader" || e.Object != want {
			t.Errorf("entry %d: %+v, want %s", i, e, want)
		}
	}
}

// TestSignIn goes through the door and out again.
func TestSignIn(t *testing.T) {
	b := newBench(t, auth.Accounts)
	c := b.visitor()
	w := c.get("/compare/est/jpn")
	if to := w.Header().Get("Location"); w.Code != http.StatusSeeOther || to != "/signin?next=%2Fcompare%2Fest%2Fjpn" {
		t.Fatalf("status %d to %q", w.Code, to)
	}
	w = c.follow(w)
	checkPage(t, parse(t, w.Body.Bytes()))
	if !strings.Contains(w.Body.String(), `value="/compare/est/jpn"`) {
		t.Error("the page forgets where one was going")
	}
	w = c.post("/signin", "name", "coder", "password", "wrong horse here", "next", "/compare/est/jpn")
	if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "not right") || strings.Contains(w.Body.String(), "wrong horse") {
		t.Errorf("wrong password: status %d: %s", w.Code, w.Body)
	}
	checkPage(t, parse(t, w.Body.Bytes()))
	w = c.post("/signin", "name", "coder", "password", testPassword, "next", "/compare/est/jpn")
	if to := w.Header().Get("Location"); w.Code != http.StatusSeeOther || to != "/compare/est/jpn" {
		t.Fatalf("status %d to %q", w.Code, to)
	}
	if w := c.follow(w); w.Code != http.StatusOK {
		t.Errorf("after signing in: status %d", w.Code)
	}
	c.post("/signout")
	if w := c.get("/desk"); w.Code != http.StatusSeeOther {
		t.Errorf("after signing out: status %d", w.Code)
	}
	for _, k := range []string{"entente_signin_failures_total{reason=\"denied\"} 1", "entente_http_requests_total{method=\"POST\",route=\"signin\",status=\"403\"} 1"} {
		if body := b.as(auth.Admin).get("/metrics").Body.String(); !strings.Contains(body, k) {
			t.Errorf("the measures lack %s:\n%s", k, grep(body, "signin"))
		}
	}
}

func grep(text, word string) string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.Contains(line, word) {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

// TestOwnAccount changes a password and makes and revokes a token.
func TestOwnAccount(t *testing.T) {
	b := newBench(t, auth.Accounts)
	c, other := b.as(auth.Coder), b.as(auth.Coder)
	for _, x := range []struct {
		old, new, again, says string
		status                int
	}{
		{"", "another good word", "another good word", "This is needed", 400},
		{testPassword, "another good word", "another bad word!", "not the same", 400},
		{testPassword, "short", "short", "shorter than", 400},
		{"not the password", "another good word", "another good word", "not the present password", 403},
	} {
		w := c.post("/desk/account/password", "old", x.old, "password", x.new, "again", x.again)
		if w.Code != x.status || !strings.Contains(w.Body.String(), x.says) {
			t.Errorf("%v: status %d: %s", x, w.Code, grep(w.Body.String(), "field-error"))
		}
		for _, secret := range []string{x.old, x.new} {
			if secret != "" && strings.Contains(w.Body.String(), `"`+secret+`"`) {
				t.Errorf("%q is shown again", secret)
			}
		}
		checkPage(t, parse(t, w.Body.Bytes()))
	}
	w := c.follow(c.post("/desk/account/password", "old", testPassword, "password", "another good word", "again", "another good word"))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "The password was changed") {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	if again := c.get("/desk/account"); strings.Contains(again.Body.String(), "The password was changed") {
		t.Error("the message is shown twice")
	}
	if w := other.get("/desk"); w.Code != http.StatusSeeOther {
		t.Errorf("the other session goes on: status %d", w.Code)
	}

	tomorrow := time.Now().Add(24 * time.Hour).Format(time.DateOnly)
	if w := c.post("/desk/account/tokens", "name", "nightly", "expires", tomorrow); w.Code != 400 || !strings.Contains(w.Body.String(), "needs a scope") {
		t.Errorf("a token without a scope: %d", w.Code)
	}
	w = c.post("/desk/account/tokens", "name", "nightly", "scopes", "read", "scopes", "write", "expires", tomorrow)
	secret := regexp.MustCompile(`value="(ent_[^"]+)"`).FindStringSubmatch(w.Body.String())
	if w.Code != 200 || secret == nil {
		t.Fatalf("no token: %d %s", w.Code, w.Body)
	}
	if body := c.get("/desk/account").Body.String(); strings.Contains(body, "ent_") || !strings.Contains(body, "nightly") {
		t.Error("the secret is shown again, or the token is not listed")
	}
	p := b.visitor()
	p.header.Set("Authorization", "Bearer "+secret[1])
	if w := p.do(http.MethodGet, "/actors/est.json", ""); w.Code != 200 {
		t.Errorf("the token does not work: %d", w.Code)
	}
	revoke := regexp.MustCompile(`action="(/desk/account/tokens/[^"]+/revoke)"`).FindStringSubmatch(c.get("/desk/account").Body.String())
	if revoke == nil {
		t.Fatal("the token cannot be revoked")
	}
	c.follow(c.post(revoke[1]))
	if w := p.do(http.MethodGet, "/actors/est.json", ""); w.Code != http.StatusUnauthorized {
		t.Errorf("the revoked token works: %d", w.Code)
	}
	var f Failure
	if err := json.Unmarshal(p.do(http.MethodGet, "/actors/est", "").Body.Bytes(), &f); err != nil || f.Status != 401 {
		t.Errorf("a program gets no JSON: %v %+v", err, f)
	}
	if w := c.post("/desk/account/everywhere"); w.Code != 303 || c.get("/desk").Code != 303 {
		t.Error("signing out everywhere leaves a session")
	}
}

// TestAccounts makes, changes and disables accounts.
func TestAccounts(t *testing.T) {
	b := newBench(t, auth.Accounts)
	admin := b.as(auth.Admin)
	for _, x := range [][]string{
		{"name", "Bad Name", "role", "coder", "password", testPassword},
		{"name", "legal-2", "role", "king", "password", testPassword},
		{"name", "legal-2", "role", "coder", "password", "short"},
		{"name", "legal-2", "role", "coder"},
		{"name", "coder", "role", "coder", "password", testPassword},
	} {
		w := admin.post("/desk/accounts", x...)
		if w.Code != 400 && w.Code != 409 {
			t.Errorf("%v: status %d", x, w.Code)
		}
		checkPage(t, parse(t, w.Body.Bytes()))
		if !strings.Contains(w.Body.String(), "field-error") && !strings.Contains(w.Body.String(), "note-important") {
			t.Errorf("%v: it is not said what is wrong", x)
		}
	}
	w := admin.follow(admin.post("/desk/accounts", "name", "legal-2", "role", "coder", "password", testPassword))
	if !strings.Contains(w.Body.String(), "The account legal-2 was made") {
		t.Fatalf("%s", w.Body)
	}
	c := b.visitor()
	if w := c.post("/signin", "name", "legal-2", "password", testPassword); w.Code != 303 {
		t.Fatalf("the new account cannot sign in: %d", w.Code)
	}
	admin.follow(admin.post("/desk/accounts/legal-2/role", "role", "reviewer"))
	if w := c.get("/desk"); w.Code != 303 {
		t.Error("the session outlives the change of the role")
	}
	admin.follow(admin.post("/desk/accounts/legal-2/password", "password", "yet another phrase"))
	if w := c.post("/signin", "name", "legal-2", "password", "yet another phrase"); w.Code != 303 {
		t.Error("the new password does not work")
	}
	admin.follow(admin.post("/desk/accounts/legal-2/state", "do", "disable"))
	if w := c.get("/desk"); w.Code != 303 {
		t.Error("a disabled account goes on")
	}
	if w := admin.post("/desk/accounts/admin/state", "do", "disable"); w.Code != 409 || !strings.Contains(w.Body.String(), "last enabled admin") {
		t.Errorf("the last admin: status %d", w.Code)
	}
	if w := admin.post("/desk/accounts/nobody/role", "role", "coder"); w.Code != 404 {
		t.Errorf("an account that is none: status %d", w.Code)
	}
	// All of that is in the audit log, and the log itself leaves a trace.
	w = admin.get("/desk/audit.csv?action=manage-accounts&object=legal-2")
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil || len(rows) != 5 { // made, role, password, disabled, and the head
		t.Errorf("%v: %d rows", err, len(rows))
	}
	var log struct {
		Entries []struct{ Action, Object string }
	}
	if err := json.Unmarshal(admin.get("/desk/audit.json?action=export").Body.Bytes(), &log); err != nil || len(log.Entries) != 1 || log.Entries[0].Object != "audit log" {
		t.Errorf("%v: %+v", err, log)
	}
}

// TestHistoryAndRestore undoes a change, meets somebody else on the way, and
// takes a whole commit back.
func TestHistoryAndRestore(t *testing.T) {
	b := newBench(t, auth.Accounts)
	c := b.as(auth.Editor)
	b.rename("est", "Eesti")
	page := c.get("/desk/records/actors/est").Body.String()
	for _, want := range []string{"Version 2", "Eesti", "Estonia", "somebody", "a test", "Bring back version 1"} {
		if !strings.Contains(page, want) {
			t.Errorf("the history lacks %q", want)
		}
	}
	pair := c.get("/desk/records/actors/est?from=1&to=2").Body.String()
	if !strings.Contains(pair, `class="changed"`) || !strings.Contains(pair, "Northern Europe") {
		t.Error("the two versions are not side by side")
	}
	if w := c.post("/desk/records/actors/est", "version", "1", "base", "2"); w.Code != 400 || !strings.Contains(w.Body.String(), "This is needed") {
		t.Errorf("without a reason: status %d", w.Code)
	}
	// Somebody else is faster: nothing is lost, both versions are shown.
	b.rename("est", "Viro")
	w := c.post("/desk/records/actors/est", "version", "1", "base", "2", "why", "the English name")
	body := w.Body.String()
	if w.Code != http.StatusConflict || !strings.Contains(body, "Viro") || !strings.Contains(body, "the English name") || !strings.Contains(body, `name="base" value="3"`) {
		t.Errorf("conflict: status %d: %s", w.Code, grep(body, "note"))
	}
	checkPage(t, parse(t, w.Body.Bytes()))
	w = c.follow(c.post("/desk/records/actors/est", "version", "1", "base", "3", "why", "the English name"))
	if !strings.Contains(w.Body.String(), "Version 1 was brought back") || !strings.Contains(c.get("/actors/est").Body.String(), ">Estonia<") {
		t.Error("the version is not back")
	}
	entries, err := b.service.Audit().Entries(t.Context(), auth.EntryFilter{Action: auth.Publish})
	if err != nil || len(entries) != 1 || entries[0].Who != "editor" || entries[0].Object != "actors:est" {
		t.Errorf("the audit log has %+v, %v", entries, err)
	}

	commit := b.rename("jpn", "Nihon")
	undo := "/desk/log/" + itoa(int(commit.Seq)) + "/undo"
	if w := b.as(auth.Coder).post(undo, "why", "no"); w.Code != http.StatusForbidden {
		t.Errorf("a coder undoes: %d", w.Code)
	}
	if w := c.follow(c.post(undo, "why", "a slip")); !strings.Contains(w.Body.String(), "was taken back") {
		t.Errorf("%s", w.Body)
	}
	if !strings.Contains(c.get("/actors/jpn").Body.String(), ">Japan<") {
		t.Error("the change was not taken back")
	}
	if w := c.post(undo, "why", "again"); w.Code != http.StatusConflict {
		t.Errorf("taken back twice: status %d", w.Code)
	}
}

// TestPrivateStaysPrivate plants a word in a private layer and looks for it.
func TestPrivateStaysPrivate(t *testing.T) {
	const marker = "zebrafinch"
	b := newBench(t, auth.Accounts)
	_, err := b.store.Save(t.Context(), store.Reason{Who: "coder", Why: marker + "-why", Via: "web"}, store.Change{
		Key: store.Key{Kind: "notes", ID: marker + "-id"}, State: store.Draft, Layer: store.Private("coder"), Body: []byte(`{"text":"` + marker + `"}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	if w := b.as(auth.Coder).get("/desk/records/notes/" + marker + "-id"); w.Code != 200 || !strings.Contains(w.Body.String(), marker) {
		t.Errorf("the owner cannot read it: %d", w.Code)
	}
	for _, role := range []auth.Role{auth.Reviewer, auth.Editor, auth.Admin} {
		c := b.as(role)
		for _, path := range []string{"/desk", "/desk/log", "/desk/log.json", "/desk/log.csv", "/desk/log/2", "/desk/records/notes/" + marker + "-id", "/search?q=" + marker, "/desk/audit"} {
			body := c.get(path).Body.String()
			if strings.HasSuffix(path, "-id") {
				body = strings.ReplaceAll(body, marker+"-id", "") // what was asked for
			}
			if path == "/search?q="+marker {
				continue
			}
			if strings.Contains(body, marker) {
				t.Errorf("%s finds it on %s", role, path)
			}
		}
		if w := c.post("/desk/log/2/undo", "why", "x"); role.AtLeast(auth.Editor) && w.Code != http.StatusNotFound {
			t.Errorf("%s takes it back: %d", role, w.Code)
		}
	}
}

// TestBodies refuses what is too large or no form.
func TestBodies(t *testing.T) {
	b := newBench(t, auth.Accounts)
	admin := b.as(auth.Admin)
	if w := admin.post("/desk/accounts", "name", strings.Repeat("x", maxForm)); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a large form: status %d", w.Code)
	}
	if w := admin.do(http.MethodPost, "/desk/accounts", `{"name":"x"}`, "Content-Type", "application/json"); w.Code != 400 {
		t.Errorf("JSON: status %d", w.Code)
	}
	if w := admin.do(http.MethodPost, "/desk/accounts", strings.Repeat("a=1&", 3000), "Content-Type", "application/x-www-form-urlencoded"); w.Code != 400 {
		t.Errorf("many fields: status %d", w.Code)
	}
	for _, path := range []string{"/actors/est", "/desk/log", "/desk"} {
		if w := admin.post(path); w.Code != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: status %d", path, w.Code)
		}
	}
}

// TestHosts answers for the names that the operator gave, and for no other.
func TestHosts(t *testing.T) {
	b := newBench(t, auth.Accounts, func(o *Options) {
		o.AllowedHosts, o.Auth.Proxy = []string{"Entente.Example.org"}, "https://work.example.org"
	})
	for host, ok := range map[string]bool{
		"entente.example.org": true, "ENTENTE.example.org:443": true, "work.example.org": true, "localhost:1": true, "evil.example": false, "entente.example.org.evil.example": false, "": false,
	} {
		r := httptest.NewRequest(http.MethodGet, "/healthz", nil)
		r.Host = host
		w := httptest.NewRecorder()
		b.h.ServeHTTP(w, r)
		if got := w.Code == 200; got != ok {
			t.Errorf("%q: status %d", host, w.Code)
		}
		if ok && w.Header().Get("Strict-Transport-Security") == "" {
			t.Error("browsers are not told to stay with HTTPS")
		}
	}
}

// TestReadiness follows the store: ready, and not ready once it is closed.
func TestReadiness(t *testing.T) {
	b := newBench(t, auth.Accounts)
	c := b.visitor()
	var a Ready
	if w := c.get("/readyz"); w.Code != 200 || json.Unmarshal(w.Body.Bytes(), &a) != nil || a != (Ready{"ready", "ok", "ok"}) {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	admin := b.as(auth.Admin)
	for _, want := range []string{"entente_store_up 1", "entente_store_saves_total 1", "entente_snapshot_behind 0", "entente_snapshot_age_seconds", "entente_http_request_seconds_bucket{route=\"readyz\"", "go_goroutines", `entente_info{version="test"} 1`} {
		if body := admin.get("/metrics").Body.String(); !strings.Contains(body, want) {
			t.Errorf("the measures lack %s", want)
		}
	}
	if err := b.store.Close(); err != nil {
		t.Fatal(err)
	}
	if w := c.get("/readyz"); w.Code != 503 || !strings.Contains(w.Body.String(), "does not answer") {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	if w := c.get("/healthz"); w.Code != 200 {
		t.Errorf("alive: status %d", w.Code)
	}
	if body := admin.get("/metrics").Body.String(); !strings.Contains(body, "entente_store_up 0") {
		t.Error("the measures do not tell that the store is gone")
	}
}

// TestMeasuresFromHere: a scraper on this machine needs no token, unless a proxy
// could have passed on somebody else's request.
func TestMeasuresFromHere(t *testing.T) {
	ask := func(b *bench, header ...string) int {
		r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:8321/metrics", nil)
		r.RemoteAddr = "127.0.0.1:5000"
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		b.h.ServeHTTP(w, r)
		return w.Code
	}
	b := newBench(t, auth.Accounts)
	if got := ask(b); got != 200 {
		t.Errorf("from this machine: status %d", got)
	}
	if got := ask(b, "X-Forwarded-For", "203.0.113.9"); got != 401 {
		t.Errorf("passed on: status %d", got)
	}
	behind := newBench(t, auth.Accounts, func(o *Options) { o.Auth.Proxy = "https://work.example.org" })
	if got := ask(behind); got != 401 {
		t.Errorf("behind a proxy: status %d", got)
	}
}

// TestRequestLog writes no query, no header and no name.
func TestRequestLog(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	b := newBench(t, auth.Accounts, func(o *Options) { o.Log, o.LogRequests = log, true })
	c := b.as(auth.Coder)
	c.get("/search?q=secretword")
	c.get("/signin?next=/secretnext")
	c.post("/desk/account/password", "old", "secretpassword", "password", "secretpassword2")
	lines := 0
	for line := range strings.SplitSeq(strings.TrimSpace(out.String()), "\n") {
		var entry struct {
			Msg, Route, Path, Method string
			Status                   int
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if entry.Msg == "request" && entry.Route != "" && entry.Status != 0 {
			lines++
		}
	}
	if lines != 4 || strings.Contains(out.String(), "secret") || strings.Contains(out.String(), "coder") || strings.Contains(out.String(), testPassword) {
		t.Errorf("%d lines: %s", lines, out.String())
	}
	if b := newBench(t, auth.SingleUser, func(o *Options) { o.Log = slog.New(slog.NewTextHandler(&out, nil)) }); b != nil {
		out.Reset()
		b.visitor().get("/search?q=secretword")
		if out.Len() > 0 {
			t.Errorf("requests are logged without being asked for: %s", out.String())
		}
	}
}
