package authtest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"entente"
	"entente/internal/auth"
)

// day is the instant around which the contract works, with microseconds.
var day = time.Date(2026, 3, 4, 5, 6, 7, 891_011_000, time.UTC)

// writers is how many goroutines race in the contract.
const writers = 8

// Contract checks that a store keeps what auth.Store promises. open is called
// for each part and returns an empty store.
func Contract(t *testing.T, open func() auth.Store) {
	t.Helper()
	for _, part := range []struct {
		name string
		run  func(*testing.T, auth.Store)
	}{
		{"accounts", accounts},
		{"accounts are compared and set", compareAndSet},
		{"subjects", subjects},
		{"racing accounts", racingAccounts},
		{"sessions", sessions},
		{"sessions end", sessionsEnd},
		{"racing sessions", racingSessions},
		{"tokens", tokens},
		{"tokens are marked", tokensMarked},
		{"entries", entries},
		{"racing entries", racingEntries},
		{"an ended context", endedContext},
	} {
		t.Run(part.name, func(t *testing.T) { part.run(t, open()) })
	}
}

func ctxOf(t *testing.T) context.Context { t.Helper(); return t.Context() }

// ok ends the test at an error.
func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// kind fails unless err is of the kind.
func kind(t *testing.T, err error, want entente.Kind) {
	t.Helper()
	if got := entente.KindOf(err); got != want {
		t.Errorf("error %v is of kind %q, want %q", err, got, want)
	}
}

func same(t *testing.T, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func sample(name string) auth.Account {
	return auth.Account{
		Name: name, Role: auth.Coder, Password: "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA", Epoch: 1, Created: day, Changed: day, Version: 1,
	}
}

func accounts(t *testing.T, s auth.Store) {
	ctx := ctxOf(t)
	list, err := s.Accounts(ctx)
	ok(t, err)
	same(t, []auth.Account(nil), list)
	_, err = s.Account(ctx, "b")
	kind(t, err, entente.NotFound)

	b := sample("b")
	b.Subject, b.Disabled, b.Failed, b.LockedUntil, b.Epoch = "https://login.example|õ-1", true, 3, day.Add(time.Minute), 7
	for _, a := range []auth.Account{b, sample("a"), sample("a.c"), sample("a-b")} {
		a.Version = 9 // the store keeps the version
		ok(t, s.CreateAccount(ctx, a))
	}
	got, err := s.Account(ctx, "b")
	ok(t, err)
	same(t, b, got)
	plain, err := s.Account(ctx, "a")
	ok(t, err)
	same(t, sample("a"), plain)
	kind(t, s.CreateAccount(ctx, sample("b")), entente.Conflict)

	list, err = s.Accounts(ctx)
	ok(t, err)
	var names []string
	for _, a := range list {
		names = append(names, a.Name)
	}
	same(t, []string{"a", "a-b", "a.c", "b"}, names) // by byte, whatever the database's language
}

func compareAndSet(t *testing.T, s auth.Store) {
	ctx := ctxOf(t)
	ok(t, s.CreateAccount(ctx, sample("a")))
	first, err := s.Account(ctx, "a")
	ok(t, err)
	second := first
	first.Role, first.Password, first.Subject, first.Disabled = auth.Admin, "", "https://login.example|2", true
	first.Failed, first.LockedUntil, first.Epoch, first.Changed = 4, day.Add(time.Hour), 2, day.Add(time.Second)
	want := first
	first.Created = day.Add(-time.Hour) // never changes
	ok(t, s.UpdateAccount(ctx, first))
	want.Version++
	got, err := s.Account(ctx, "a")
	ok(t, err)
	same(t, want, got)

	second.Role = auth.Editor
	kind(t, s.UpdateAccount(ctx, second), entente.Conflict)
	got2, err := s.Account(ctx, "a")
	ok(t, err)
	same(t, want, got2)

	got2.LockedUntil, got2.Subject = time.Time{}, ""
	ok(t, s.UpdateAccount(ctx, got2))
	got, err = s.Account(ctx, "a")
	ok(t, err)
	if !got.LockedUntil.IsZero() || got.Subject != "" {
		t.Errorf("cleared fields came back: %+v", got)
	}
	kind(t, s.UpdateAccount(ctx, sample("nobody")), entente.NotFound)
}

func subjects(t *testing.T, s auth.Store) {
	ctx := ctxOf(t)
	a, b := sample("a"), sample("b")
	a.Subject = "https://login.example|1"
	ok(t, s.CreateAccount(ctx, a))
	ok(t, s.CreateAccount(ctx, b))
	ok(t, s.CreateAccount(ctx, sample("c"))) // no subject, like b: not the same
	got, err := s.AccountBySubject(ctx, a.Subject)
	ok(t, err)
	same(t, a, got)
	for _, none := range []string{"", "https://login.example|2", "https://LOGIN.example|1"} {
		_, err = s.AccountBySubject(ctx, none)
		kind(t, err, entente.NotFound)
	}
	d := sample("d")
	d.Subject = a.Subject
	kind(t, s.CreateAccount(ctx, d), entente.Conflict)
	b.Subject = a.Subject
	kind(t, s.UpdateAccount(ctx, b), entente.Conflict)
}

// race runs do in several goroutines at once and returns what they said.
func race(do func(i int) error) []error {
	errs := make([]error, writers)
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range writers {
		wg.Go(func() { <-start; errs[i] = do(i) })
	}
	close(start)
	wg.Wait()
	return errs
}

func racingAccounts(t *testing.T, s auth.Store) {
	ctx := ctxOf(t)
	made := 0
	for _, err := range race(func(int) error { return s.CreateAccount(ctx, sample("a")) }) {
		if err == nil {
			made++
		} else {
			kind(t, err, entente.Conflict)
		}
	}
	if made != 1 {
		t.Errorf("%d of %d made the same account, want 1", made, writers)
	}
	for _, err := range race(func(int) error { return addFailure(ctx, s, "a") }) {
		ok(t, err)
	}
	a, err := s.Account(ctx, "a")
	ok(t, err)
	if a.Failed != writers || a.Version != 1+writers {
		t.Errorf("%d failures at version %d, want %d at %d: an update was lost", a.Failed, a.Version, writers, 1+writers)
	}
}

// addFailure counts one failure, as often as others are faster.
func addFailure(ctx context.Context, s auth.Store, name string) error {
	for range 1000 {
		a, err := s.Account(ctx, name)
		if err != nil {
			return err
		}
		a.Failed++
		if err = s.UpdateAccount(ctx, a); entente.KindOf(err) != entente.Conflict {
			return err
		}
	}
	return fmt.Errorf("%s: always a conflict", name)
}

func endedContext(t *testing.T, s auth.Store) {
	ctx, stop := context.WithCancel(ctxOf(t))
	stop()
	if err := s.CreateAccount(ctx, sample("a")); err == nil {
		t.Error("an ended context wrote an account")
	}
	if _, err := s.Account(ctxOf(t), "a"); entente.KindOf(err) != entente.NotFound {
		t.Errorf("after an ended context: %v, want not found", err)
	}
}
