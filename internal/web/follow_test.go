package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"entente/internal/auth"
	"entente/internal/store"
)

// rename publishes another name of an actor, as some other program would.
func (b *bench) rename(id, name string) store.Commit {
	b.t.Helper()
	k := store.Key{Kind: "actors", ID: id}
	v, err := b.store.Get(b.t.Context(), k)
	if err != nil {
		b.t.Fatal(err)
	}
	var cells map[string]string
	if err := json.Unmarshal(v.Body, &cells); err != nil {
		b.t.Fatal(err)
	}
	cells["name"] = name
	body, err := json.Marshal(cells)
	if err != nil {
		b.t.Fatal(err)
	}
	c, err := b.store.Save(b.t.Context(), store.Reason{Who: "somebody", Why: "a test", Via: "cli"}, store.Change{Key: k, Base: v.Number, State: store.Published, Body: body})
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// TestPagesFollowTheStore: what is published is on the next page that is asked
// for, in every form, and the search finds it.
func TestPagesFollowTheStore(t *testing.T) {
	b := newBench(t, auth.SingleUser)
	c := b.visitor()
	if body := c.get("/actors/est").Body.String(); !strings.Contains(body, ">Estonia<") || strings.Contains(body, "known_at=") {
		t.Fatalf("%.500s", body)
	}
	for i, name := range []string{"Eesti", "Estland", "Viro"} {
		b.rename("est", name)
		for _, path := range []string{"/actors/est", "/actors/est.json", "/actors/est.csv", "/search?q=" + name, "/compare/est/jpn"} {
			if path == "/actors/est.csv" {
				continue // it names the actor by id
			}
			if w := c.get(path); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), name) {
				t.Errorf("change %d: %s (status %d) does not show %s", i, path, w.Code, name)
			}
		}
	}
	before := b.sites.last()
	if _, err := b.store.Save(t.Context(), store.Reason{Who: "somebody", Why: "a draft", Via: "cli"}, store.Change{Key: store.Key{Kind: "comments", ID: "c-1"}, State: store.Draft, Body: []byte(`{"text":"x"}`)}); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * markEvery)
	c.get("/actors/est")
	if b.sites.last() != before {
		t.Error("the pages were made anew although nothing was published")
	}
}

// TestFollowUnderLoad asks while something is published all the time: nobody
// ever sees a name that was gone before they asked.
func TestFollowUnderLoad(t *testing.T) {
	b := newBench(t, auth.SingleUser)
	b.visitor().get("/actors/est")
	var mu sync.Mutex
	published := 0
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			c := b.visitor()
			for {
				select {
				case <-stop:
					return
				default:
				}
				mu.Lock()
				least := published
				mu.Unlock()
				time.Sleep(2 * markEvery) // another program's change counts after that time
				body := c.get("/actors/est.json").Body.Bytes()
				var page struct{ Actor struct{ Name string } }
				if err := json.Unmarshal(body, &page); err != nil {
					t.Errorf("%v: %.200s", err, body)
					return
				}
				if got := len(strings.TrimLeft(page.Actor.Name, "Estonia ")); got < least {
					t.Errorf("the page shows change %d after %d was published", got, least)
					return
				}
			}
		})
	}
	for i := 1; i <= 8; i++ {
		b.rename("est", "Estonia "+strings.Repeat("x", i))
		mu.Lock()
		published = i
		mu.Unlock()
		time.Sleep(5 * time.Millisecond)
	}
	close(stop)
	wg.Wait()
}

// TestKnownAt shows the corpus as the workbench knew it, whatever came later.
func TestKnownAt(t *testing.T) {
	b := newBench(t, auth.SingleUser)
	c := b.visitor()
	first := b.rename("est", "Eesti")
	second := b.rename("est", "Estland")
	third := b.rename("est", "Viro")
	at := func(commit store.Commit) string { return url.QueryEscape(commit.At.Format(time.RFC3339Nano)) }
	for _, x := range []struct{ known, name string }{{at(first), "Eesti"}, {at(second), "Estland"}, {at(third), "Viro"}, {at(first), "Eesti"}, {"", "Viro"}} {
		for _, path := range []string{"/actors/est", "/actors/est.json", "/compare/est/jpn", "/changes/est/jpn?from=2021-02-19&to=2021-12-31", "/propositions/law-ihl", "/instruments/res-73-27", "/network?pillar=law"} {
			sep := "?"
			if strings.Contains(path, "?") {
				sep = "&"
			}
			if x.known != "" {
				path += sep + "known_at=" + x.known
			}
			w := c.get(path)
			body := w.Body.String()
			if w.Code != http.StatusOK {
				t.Errorf("%s: status %d: %.300s", path, w.Code, body)
				continue
			}
			for _, other := range []string{"Eesti", "Estland", "Viro"} {
				if has := strings.Contains(body, other+"<") || strings.Contains(body, `"name": "`+other); has && other != x.name {
					t.Errorf("%s shows %s", path, other)
				}
			}
			if strings.HasPrefix(path, "/actors") && !strings.Contains(body, x.name) {
				t.Errorf("%s does not show %s", path, x.name)
			}
			if told := strings.Contains(body, "not what it knows now"); !strings.Contains(path, ".json") && told != (x.known != "") {
				t.Errorf("%s: says that it shows the past: %v", path, told)
			}
		}
	}
	// The settings stay on the way to the next page.
	if body := c.get("/compare/est/jpn?known_at=" + at(first)).Body.String(); !strings.Contains(body, "/actors/est?known_at=") {
		t.Error("a link to the next page forgets the instant")
	}
	for path, status := range map[string]int{
		"/actors/est?known_at=yesterday":            400,
		"/actors/est?known_at=2999-01-01":           400, // the future can still change
		"/actors/est?known_at=1999":                 404, // nothing was known yet
		"/sources?known_at=2026-01-01":              400, // not a setting of that page
		"/actors/est?known_at=2999-01-01T00:00:00Z": 400,
	} {
		if w := c.get(path); w.Code != status {
			t.Errorf("%s: status %d, want %d", path, w.Code, status)
		}
	}
	// Without a store there is no past, and the page says why.
	if w := get(t, "/actors/est?known_at=2021-01-01"); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "--db") {
		t.Errorf("a fixed corpus: status %d: %s", w.Code, w.Body)
	}
}

// TestPastIsBounded keeps few corpora of the past.
func TestPastIsBounded(t *testing.T) {
	b := newBench(t, auth.SingleUser)
	c := b.visitor()
	var commits []store.Commit
	for i := range 12 {
		commits = append(commits, b.rename("est", "Name "+itoa(i)))
	}
	for i, commit := range commits {
		if body := c.get("/actors/est.json?known_at=" + url.QueryEscape(commit.At.Format(time.RFC3339Nano))).Body.String(); !strings.Contains(body, "Name "+itoa(i)) {
			t.Errorf("instant %d shows another corpus", i)
		}
	}
	if kept := len(b.sites.(*followed).past.kept); kept > 8 {
		t.Errorf("%d corpora of the past are kept", kept)
	}
}

// TestChallengeStandsBesideTheFigure: a challenge is on every page that uses the
// record from the next request on, and gone when it was answered.
func TestChallengeStandsBesideTheFigure(t *testing.T) {
	b := newBench(t, auth.SingleUser)
	c := b.visitor()
	var page struct {
		Propositions []struct {
			ID        string
			Positions map[string]struct {
				Evidence []struct{ ID, Kind, Use string }
			}
		}
		Summary struct{ Records, Challenged int }
	}
	read := func() {
		t.Helper()
		page.Propositions = nil
		if err := json.Unmarshal(c.get("/compare/est/jpn.json").Body.Bytes(), &page); err != nil {
			t.Fatal(err)
		}
	}
	read()
	if page.Summary.Challenged != 0 || strings.Contains(c.get("/compare/est/jpn").Body.String(), "hallenged") {
		t.Fatal("something is challenged from the start")
	}
	statement, proposition := "", ""
	for _, row := range page.Propositions {
		for _, e := range row.Positions["est"].Evidence {
			if e.Kind == "statement" && e.Use == "basis" {
				statement, proposition = e.ID, row.ID
			}
		}
	}
	save := func(base int, status string) {
		t.Helper()
		body, err := json.Marshal(map[string]string{"id": "ch-1", "record": "statements:" + statement, "text": "It quotes another state.", "by": "reader", "date": "2026-11-25", "status": status, "answer": "x"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = b.store.Save(t.Context(), store.Reason{Who: "reader", Why: "a doubt", Via: "web"}, store.Change{Key: store.Key{Kind: "challenges", ID: "ch-1"}, Base: base, State: store.Published, Body: body})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * markEvery)
	}
	save(0, "open")
	for _, path := range []string{"/compare/est/jpn", "/propositions/" + proposition, "/actors/est", "/compare/est/jpn.md", "/"} {
		body := c.get(path).Body.String()
		if path == "/" {
			continue // its map may show another proposition
		}
		if !strings.Contains(body, "It quotes another state.") {
			t.Errorf("%s does not show the challenge", path)
		}
		if !strings.HasSuffix(path, ".md") && !strings.Contains(body, "that count here is challenged") {
			t.Errorf("%s does not count it", path)
		}
		if !strings.HasSuffix(path, ".md") {
			checkPage(t, parse(t, []byte(body)))
		}
	}
	read()
	if page.Summary.Challenged != 1 || page.Summary.Records == 0 {
		t.Errorf("the summary has %+v", page.Summary)
	}
	save(1, "answered")
	if strings.Contains(c.get("/compare/est/jpn").Body.String(), "It quotes another state.") {
		t.Error("an answered challenge goes on standing there")
	}
}
