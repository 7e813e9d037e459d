package partner_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/store"
)

func TestSaveAndRead(t *testing.T) {
	engines(t, func(t *testing.T, open func() *store.Store) {
		ctx, c := t.Context(), newClock()
		st := open()
		b := book(st, c)
		// Before there are any settings nothing is open, and it is said why.
		s, err := b.State(ctx)
		must(t, err)
		if s.Faults == nil || s.CanRead("jpn", openID, start) || s.Unmarked != handling.Red || s.Revision != 0 {
			t.Errorf("a node without settings: %+v", s)
		}
		_, err = b.Settings(ctx)
		wantKind(t, err, entente.NotFound)
		_, _, err = b.NewToken(ctx, "ann", "jpn", "x", start.Add(time.Hour))
		wantKind(t, err, entente.NotFound)

		r, err := b.Save(ctx, "ann", "set up", 0, sample())
		must(t, err)
		if r.N != 1 || !r.At.Equal(start) {
			t.Errorf("the first revision is %d of %s", r.N, r.At)
		}
		got, err := b.Settings(ctx)
		must(t, err)
		if d := cmp.Diff(sample(), got.Settings, cmpopts.EquateEmpty()); d != "" {
			t.Error(d)
		}
		s, err = b.State(ctx)
		must(t, err)
		if s.Faults != nil || !s.CanRead("jpn", "positions", start) || !s.CanRead("jpn", openID, start) || s.CanRead("fin", openID, start) || s.CanRead("nobody", openID, start) {
			t.Errorf("who may read is wrong; faults: %v", s.Faults)
		}
		if !s.CanWrite("jpn", "positions", start) || s.CanWrite("jpn", closeID, start) || s.CanWrite("fin", "positions", start) {
			t.Error("who may write is wrong")
		}
		// The heads of the collections are there.
		n := 0
		must(t, st.Read(ctx, func(ctx context.Context, q store.Querier) error {
			return q.QueryRowContext(ctx, "SELECT COUNT(*) FROM exchange_collections WHERE id <> ''").Scan(&n)
		}))
		if n != 2 {
			t.Errorf("%d heads of collections, want 2", n)
		}
	})
}

func TestSaveIsRefusedWhenSomebodyWasFaster(t *testing.T) {
	engines(t, func(t *testing.T, open func() *store.Store) {
		ctx, c := t.Context(), newClock()
		b := book(open(), c)
		_, err := b.Save(ctx, "ann", "set up", 0, sample())
		must(t, err)
		_, err = b.Save(ctx, "ann", "set up again", 0, sample())
		wantKind(t, err, entente.Conflict)
		_, err = b.Save(ctx, "ann", "from the future", 7, sample())
		wantKind(t, err, entente.Conflict)
		// Many at once from one base: exactly one gets through.
		won := 0
		var mu sync.Mutex
		var wg sync.WaitGroup
		other := book(open(), c)
		for i := range 8 {
			wg.Go(func() {
				s := sample()
				s.Title = fmt.Sprintf("writer %d", i)
				_, err := []*partner.Book{b, other}[i%2].Save(ctx, "ann", "race", 1, s)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
				} else if entente.KindOf(err) != entente.Conflict {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won != 1 {
			t.Errorf("%d of 8 writers from one base got through, want 1", won)
		}
		// A credential made meanwhile is in nobody's way.
		r, err := b.Settings(ctx)
		must(t, err)
		_, _, err = b.NewToken(ctx, "ben", "jpn", "sync", start.Add(time.Hour))
		must(t, err)
		r2, err := b.Save(ctx, "ann", "title", r.N, sample())
		must(t, err)
		if r2.N != r.N+2 {
			t.Errorf("the revision is %d, want %d", r2.N, r.N+2)
		}
	})
}

// TestRevisionsRiseWhenTheClockGoesBack also looks at the history.
func TestRevisionsRiseWhenTheClockGoesBack(t *testing.T) {
	ctx := t.Context()
	b, c := sqliteBook(t)
	c.pass(-24 * time.Hour)
	_, err := b.Edit(ctx, "ben", "a line\nwith a break", func(s *partner.Settings) error { s.Title = "Later"; return nil })
	must(t, err)
	list, err := b.History(ctx, 0)
	must(t, err)
	if len(list) != 2 || list[0].N != 2 || !list[0].At.After(list[1].At) || list[0].Title != "Later" || list[0].Why != "a line with a break" || list[1].Who != "ann" {
		t.Errorf("history %+v", list)
	}
}

// TestAnotherProcessLearnsWithinTheLag: a book over another connection knows of a
// change at the latest when its lag is over, and not before it looks.
func TestAnotherProcessLearnsWithinTheLag(t *testing.T) {
	engines(t, func(t *testing.T, open func() *store.Store) {
		ctx, c := t.Context(), newClock()
		ours, theirs := book(open(), c), book(open(), c)
		_, err := ours.Save(ctx, "ann", "set up", 0, sample())
		must(t, err)
		may := func(b *partner.Book) bool {
			s, err := b.State(ctx)
			must(t, err)
			return s.CanRead("jpn", openID, c.now())
		}
		if !may(ours) || !may(theirs) {
			t.Fatal("the sample lets nobody read")
		}
		_, err = ours.Edit(ctx, "ann", "suspend", func(s *partner.Settings) error { s.Partner("jpn").Suspended = true; return nil })
		must(t, err)
		if may(ours) {
			t.Error("the book that saved does not know of it")
		}
		c.pass(partner.Lag)
		if may(theirs) {
			t.Error("the other book does not know after the lag")
		}
	})
}

// TestUnreadableSettingsOpenNothing: whatever stands in the table, nothing gets
// out by mistake, and the operators can put it right.
func TestUnreadableSettingsOpenNothing(t *testing.T) {
	for name, body := range map[string]string{
		"no JSON":                     `{`,
		"not an object":               `7`,
		"empty":                       ``,
		"a rule of a newer program":   `{"title":"x","quarantine":true}`,
		"a level that is not known":   `{"title":"x","unmarked":"mauve"}`,
		"something behind it":         `{"title":"x"}{}`,
		"a number where text belongs": `{"title":1}`,
	} {
		t.Run(name, func(t *testing.T) {
			ctx, c := t.Context(), newClock()
			st := openStore(t, t.TempDir()+"/node.entente")
			b := book(st, c)
			_, err := b.Save(ctx, "ann", "set up", 0, sample())
			must(t, err)
			secret, _, err := b.NewToken(ctx, "ann", "jpn", "sync", start.Add(time.Hour))
			must(t, err)
			_, err = b.Authenticate(ctx, bearer(secret))
			must(t, err)
			must(t, st.Write(ctx, func(ctx context.Context, q store.Querier) error {
				_, err := q.ExecContext(ctx, "INSERT INTO exchange_settings (n, at, who, why, body) VALUES (9, 9, 'x', 'x', $1)", body)
				return err
			}))
			c.pass(partner.Lag)
			s, err := b.State(ctx)
			must(t, err)
			if s.Faults == nil || s.CanRead("jpn", openID, start) || s.CanWrite("jpn", openID, start) || s.Unmarked != handling.Red || s.Revision != 9 {
				t.Errorf("state %+v", s)
			}
			_, err = b.Authenticate(ctx, bearer(secret))
			wantKind(t, err, entente.Denied)
			r, err := b.Settings(ctx)
			wantKind(t, err, entente.Invalid)
			_, err = b.Save(ctx, "ann", "mend", r.N, sample())
			must(t, err)
			_, err = b.Authenticate(ctx, bearer(secret))
			must(t, err)
		})
	}
}

// TestAStateOfFaultySettingsClosesWhatIsFaulty: settings that were never checked
// (of an older program) open nothing that has a fault.
func TestAStateOfFaultySettingsClosesWhatIsFaulty(t *testing.T) {
	for name, change := range map[string]func(*partner.Settings){
		"ceiling RED":   func(s *partner.Settings) { s.Collections[0].Ceiling = handling.Red },
		"no ceiling":    func(s *partner.Settings) { s.Collections[0].Ceiling = 0 },
		"clearance RED": func(s *partner.Settings) { s.Communities[0].Members[0].Clearance = handling.Red },
		"no clearance":  func(s *partner.Settings) { s.Communities[0].Members[0].Clearance = 0 },
		"unknown community": func(s *partner.Settings) {
			s.Collections[0].Communities = append(s.Collections[0].Communities, "nobody")
		},
		"an id that is no UUID": func(s *partner.Settings) { s.Collections[0].ID = "positions-1" },
		"a bad url":             func(s *partner.Settings) { s.Partners[0].URL = "http://far.example/" },
		"a bad CA":              func(s *partner.Settings) { s.Partners[0].CA = "nothing" },
		"a partner twice":       func(s *partner.Settings) { s.Partners = append(s.Partners, s.Partners[0]) },
		"a community twice":     func(s *partner.Settings) { s.Communities = append(s.Communities, s.Communities[0]) },
		"a client of nobody":    func(s *partner.Settings) { s.Partners[0].ClientOf = "none" },
		"an alias twice":        func(s *partner.Settings) { s.Collections[1].Alias = "positions" },
		"an unknown writer":     func(s *partner.Settings) { s.Collections[0].Writers = []string{"jpn", "none"} },
		"an embargo without day": func(s *partner.Settings) {
			s.Embargoes = []handling.Embargo{{Object: "note--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b0a"}}
		},
		"a bad name of a partner": func(s *partner.Settings) { s.Partners[0].ID = "Japan!"; s.Communities[0].Members[0].Partner = "Japan!" },
	} {
		s := sample()
		change(&s)
		if s.Check() == nil {
			t.Errorf("%s: no fault is found", name)
		}
		state := partner.NewState(1, s)
		if state.Faults == nil {
			t.Errorf("%s: the state lists no fault", name)
		}
		for _, p := range []string{"jpn", "Japan!"} {
			for _, c := range []string{openID, "positions", "positions-1"} {
				if state.CanRead(p, c, start) {
					t.Errorf("%s: %s may read %s", name, p, c)
				}
			}
		}
	}
	fine := partner.NewState(1, sample())
	if !fine.CanRead("jpn", openID, start) || !fine.CanWrite("jpn", openID, start) || fine.Faults != nil {
		t.Error("the sample without a fault is closed: the test could not fail")
	}
	s := sample()
	s.Unmarked = handling.Clear
	if partner.NewState(1, s).Unmarked != handling.Red {
		t.Error("what carries no mark would be CLEAR")
	}
}

func TestAgreementEnds(t *testing.T) {
	s := sample()
	s.Partners[0].Until = start.Add(time.Hour)
	state := partner.NewState(1, s)
	if !state.Live("jpn", start) || state.Live("jpn", start.Add(time.Hour)) || state.CanRead("jpn", openID, start.Add(time.Hour)) || state.CanWrite("jpn", openID, start.Add(time.Hour)) {
		t.Error("the end of an agreement does not count")
	}
}

func TestAt(t *testing.T) {
	ctx, c := t.Context(), newClock()
	st := openStore(t, t.TempDir()+"/node.entente")
	b := book(st, c)
	_, err := b.Save(ctx, "ann", "set up", 0, sample())
	must(t, err)
	_, err = b.Edit(ctx, "ann", "suspend", func(s *partner.Settings) error { s.Partner("jpn").Suspended = true; return nil })
	must(t, err)
	must(t, st.Read(ctx, func(ctx context.Context, q store.Querier) error {
		for n, want := range map[int64]bool{1: true, 2: false, 3: false, 0: false} {
			s, err := b.At(ctx, q, n)
			must(t, err)
			if s.CanRead("jpn", openID, start) != want {
				t.Errorf("revision %d: may read is not %v", n, want)
			}
		}
		n, err := b.Revision(ctx, q)
		must(t, err)
		if n != 2 {
			t.Errorf("revision %d, want 2", n)
		}
		return nil
	}))
}

func TestAStoreThatCannotBeAskedLetsNobodyIn(t *testing.T) {
	ctx := t.Context()
	c := newClock()
	st, err := store.Open(ctx, t.TempDir()+"/node.entente", store.Options{Create: true})
	must(t, err)
	b := book(st, c)
	_, err = b.Save(ctx, "ann", "set up", 0, sample())
	must(t, err)
	secret, _, err := b.NewToken(ctx, "ann", "jpn", "sync", start.Add(time.Hour))
	must(t, err)
	_, err = b.Authenticate(ctx, bearer(secret))
	must(t, err)
	must(t, st.Close())
	c.pass(partner.Lag)
	_, err = b.Authenticate(ctx, bearer(secret))
	wantKind(t, err, entente.Unavailable)
	_, err = b.State(ctx)
	wantKind(t, err, entente.Unavailable)
	if strings.Contains(err.Error(), secret) {
		t.Error("the error shows the token")
	}
}

// TestAnOldNameIsNotForSomebodyElse: a name under which something was handed over
// is not given to another partner; the same one may come back.
func TestAnOldNameIsNotForSomebodyElse(t *testing.T) {
	engines(t, func(t *testing.T, open func() *store.Store) {
		ctx := t.Context()
		st := open()
		b := book(st, newClock())
		first := sample()
		first.Partners[0].Identities = ids(otherIdentity)
		_, err := b.Save(ctx, "ann", "set up", 0, first)
		must(t, err)
		remove := func() {
			t.Helper()
			_, err := b.Edit(ctx, "ann", "remove", func(s *partner.Settings) error { return s.RemovePartner("jpn") })
			must(t, err)
		}
		add := func(actor string) error {
			_, err := b.Edit(ctx, "ann", "add", func(s *partner.Settings) error {
				p := partner.Partner{Partner: handling.Partner{ID: "jpn"}, Actor: actor}
				if actor == "jpn" {
					p.Identities = ids(otherIdentity)
				}
				return s.AddPartner(p)
			})
			return err
		}
		remove()
		must(t, add("lva")) // nothing was handed over yet
		remove()
		must(t, add("jpn"))
		must(t, st.Write(ctx, func(ctx context.Context, q store.Querier) error {
			_, err := q.ExecContext(ctx, "INSERT INTO exchange_releases (partner, collection, stamp, leaf, at) VALUES ('jpn', $1, 1, 1, 1)", openID)
			return err
		}))
		remove()
		wantKind(t, add("lva"), entente.Conflict)
		must(t, add("jpn"))
	})
}
