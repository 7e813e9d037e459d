package authtest

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"entente"
	"entente/internal/auth"
)

func sessions(t *testing.T, s auth.Store) {
	ctx := ctxOf(t)
	want := auth.Session{ID: "Aa_-1", Account: "a", Data: []byte("{\"x\":\"\x00\xff\"}"), Expires: day}
	ok(t, s.SaveSession(ctx, want))
	got, found, err := s.FindSession(ctx, "Aa_-1", day.Add(-time.Microsecond))
	ok(t, err)
	if !found {
		t.Fatal("the session is not there")
	}
	same(t, want, got)
	for _, none := range []string{"", "aa_-1", "Aa_-"} {
		if _, found, err := s.FindSession(ctx, none, day.Add(-time.Hour)); found || err != nil {
			t.Errorf("%q: found %v, %v", none, found, err)
		}
	}
	if _, found, err := s.FindSession(ctx, "Aa_-1", day); found || err != nil {
		t.Errorf("at its end: found %v, %v", found, err)
	}

	want.Data, want.Expires, want.Account = []byte("{}"), day.Add(time.Hour), "b"
	ok(t, s.SaveSession(ctx, want)) // replaces
	ok(t, s.TouchSession(ctx, "Aa_-1", day.Add(2*time.Hour)))
	want.Expires = day.Add(2 * time.Hour)
	got, _, err = s.FindSession(ctx, "Aa_-1", day)
	ok(t, err)
	same(t, want, got)

	was, err := s.DeleteSession(ctx, "Aa_-1")
	ok(t, err)
	again, err := s.DeleteSession(ctx, "Aa_-1")
	ok(t, err)
	if !was || again {
		t.Errorf("deleted: %v, then %v; want true, then false", was, again)
	}
	ok(t, s.TouchSession(ctx, "Aa_-1", day.Add(3*time.Hour)))
	if _, found, _ := s.FindSession(ctx, "Aa_-1", day); found {
		t.Error("touching brought a deleted session back")
	}
	ok(t, s.SaveSession(ctx, auth.Session{ID: "full", Data: make([]byte, auth.MaxSessionData), Expires: day}))
	kind(t, s.SaveSession(ctx, auth.Session{ID: "over", Data: make([]byte, auth.MaxSessionData+1), Expires: day}), entente.Invalid)
}

func sessionsEnd(t *testing.T, s auth.Store) {
	ctx := ctxOf(t)
	for i, account := range []string{"a", "a", "b", ""} {
		ok(t, s.SaveSession(ctx, auth.Session{ID: fmt.Sprint(i), Account: account, Data: []byte("{}"), Expires: day.Add(time.Duration(i) * time.Second)}))
	}
	n, err := s.DeleteExpired(ctx, day) // number 0 ends at this instant
	ok(t, err)
	same(t, 1, n)
	n, err = s.DeleteSessions(ctx, "a")
	ok(t, err)
	same(t, 1, n)
	n, err = s.DeleteSessions(ctx, "a")
	ok(t, err)
	same(t, 0, n)
	for _, id := range []string{"2", "3"} {
		if _, found, err := s.FindSession(ctx, id, day); !found || err != nil {
			t.Errorf("session %s: found %v, %v; want it untouched", id, found, err)
		}
	}
}

func racingSessions(t *testing.T, s auth.Store) {
	ctx := ctxOf(t)
	ok(t, s.SaveSession(ctx, auth.Session{ID: "x", Data: []byte("{}"), Expires: day}))
	var took atomic.Int32
	for _, err := range race(func(int) error {
		was, err := s.DeleteSession(ctx, "x")
		if was {
			took.Add(1)
		}
		return err
	}) {
		ok(t, err)
	}
	if n := took.Load(); n != 1 {
		t.Errorf("%d callers deleted the same session, want 1", n)
	}
}

func token(id, account string, at time.Time) auth.Token {
	return auth.Token{
		ID: id, Account: account, Name: "õpik", Hash: "hash-" + id, Scopes: []auth.Scope{auth.ScopeExport, auth.ScopeRead},
		Created: at, Expires: at.Add(24 * time.Hour),
	}
}

func tokens(t *testing.T, s auth.Store) {
	ctx := ctxOf(t)
	none, err := s.Tokens(ctx, "")
	ok(t, err)
	same(t, []auth.Token(nil), none)
	b, c, a := token("b", "x", day), token("c", "y", day.Add(-time.Hour)), token("a", "x", day)
	for _, tok := range []auth.Token{b, c, a} {
		ok(t, s.CreateToken(ctx, tok))
	}
	kind(t, s.CreateToken(ctx, token("b", "y", day)), entente.Conflict)
	twin := token("d", "y", day)
	twin.Hash = a.Hash
	kind(t, s.CreateToken(ctx, twin), entente.Conflict)

	got, err := s.TokenByHash(ctx, "hash-b")
	ok(t, err)
	same(t, b, got)
	_, err = s.TokenByHash(ctx, "HASH-b")
	kind(t, err, entente.NotFound)
	all, err := s.Tokens(ctx, "")
	ok(t, err)
	same(t, []auth.Token{c, a, b}, all)
	own, err := s.Tokens(ctx, "x")
	ok(t, err)
	same(t, []auth.Token{a, b}, own)
}

func tokensMarked(t *testing.T, s auth.Store) {
	ctx := ctxOf(t)
	want := token("a", "x", day)
	ok(t, s.CreateToken(ctx, want))
	ok(t, s.TouchToken(ctx, "a", day.Add(2*time.Minute)))
	ok(t, s.TouchToken(ctx, "a", day.Add(time.Minute))) // an earlier use that came later
	ok(t, s.RevokeToken(ctx, "a", day.Add(time.Hour)))
	ok(t, s.RevokeToken(ctx, "a", day.Add(2*time.Hour)))
	want.LastUsed, want.Revoked = day.Add(2*time.Minute), day.Add(time.Hour)
	got, err := s.TokenByHash(ctx, want.Hash)
	ok(t, err)
	same(t, want, got)
	kind(t, s.RevokeToken(ctx, "b", day), entente.NotFound)
	kind(t, s.TouchToken(ctx, "b", day), entente.NotFound)
}

func entries(t *testing.T, s auth.Store) {
	ctx := ctxOf(t)
	all := []auth.Entry{
		{At: day, Action: auth.SignIn, Object: "a", Outcome: auth.Failed, Detail: "from 192.0.2.1"},
		{At: day.Add(time.Second), Who: "a", Action: auth.SignIn, Object: "a", Outcome: auth.OK},
		{At: day.Add(2 * time.Second), Who: "a", Action: auth.Export, Object: "compare est jpn", Outcome: auth.OK, Detail: "xlsx, 12 õ rows"},
		{At: day.Add(3 * time.Second), Who: "b", Action: auth.SignIn, Object: "b", Outcome: auth.Locked},
	}
	for _, e := range all {
		e.ID = 77 // ignored
		ok(t, s.AppendEntry(ctx, e))
	}
	list := func(f auth.EntryFilter) (got []auth.Entry, numbers []int) {
		t.Helper()
		got, err := s.Entries(ctx, f)
		ok(t, err)
		for i, e := range got {
			if i > 0 && e.ID >= got[i-1].ID {
				t.Errorf("entry %d follows %d: want the newest first", e.ID, got[i-1].ID)
			}
			numbers = append(numbers, int(e.At.Sub(day)/time.Second))
		}
		return got, numbers
	}
	got, _ := list(auth.EntryFilter{})
	for i, e := range got {
		e.ID = 0
		same(t, all[len(all)-1-i], e)
	}
	for _, c := range []struct {
		name string
		f    auth.EntryFilter
		want []int
	}{
		{"all", auth.EntryFilter{}, []int{3, 2, 1, 0}},
		{"who", auth.EntryFilter{Who: "a"}, []int{2, 1}},
		{"action", auth.EntryFilter{Action: auth.SignIn}, []int{3, 1, 0}},
		{"outcome", auth.EntryFilter{Outcome: auth.OK}, []int{2, 1}},
		{"object", auth.EntryFilter{Object: "a"}, []int{1, 0}},
		{"since is in", auth.EntryFilter{Since: day.Add(time.Second)}, []int{3, 2, 1}},
		{"until is out", auth.EntryFilter{Until: day.Add(2 * time.Second)}, []int{1, 0}},
		{"together", auth.EntryFilter{Who: "a", Action: auth.SignIn, Outcome: auth.OK, Object: "a"}, []int{1}},
		{"nothing", auth.EntryFilter{Who: "A"}, nil},
		{"limit", auth.EntryFilter{Limit: 2}, []int{3, 2}},
		{"next page", auth.EntryFilter{Limit: 2, Before: got[1].ID}, []int{1, 0}},
	} {
		_, numbers := list(c.f)
		if t.Failed() {
			t.Fatalf("filter %q", c.name)
		}
		same(t, c.want, numbers)
	}
}

func racingEntries(t *testing.T, s auth.Store) {
	ctx := ctxOf(t)
	const each = 15 // 8 writers: 120, more than one page of 100
	for _, err := range race(func(i int) error {
		for j := range each {
			if err := s.AppendEntry(ctx, auth.Entry{At: day, Who: fmt.Sprint(i), Action: auth.Code, Object: fmt.Sprint(j), Outcome: auth.OK}); err != nil {
				return err
			}
		}
		return nil
	}) {
		ok(t, err)
	}
	page, err := s.Entries(ctx, auth.EntryFilter{})
	ok(t, err)
	same(t, 100, len(page))
	all, err := s.Entries(ctx, auth.EntryFilter{Limit: auth.MaxEntries + 1})
	ok(t, err)
	seen := map[string]bool{}
	for _, e := range all {
		seen[e.Who+" "+e.Object] = true
	}
	same(t, writers*each, len(seen))
}
