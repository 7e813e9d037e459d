package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"entente"
	"entente/internal/store"
)

type ctxt = context.Context

func TestTwelveWritersOnOneRecord(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		first := open(t, place)
		second := open(t, place) // as another server would
		first.save(note("n", 0, "start"))
		key := store.Key{Kind: "notes", ID: "n"}
		const writers, rounds = 12, 10
		for round := range rounds {
			errs := make([]error, writers)
			commits := make([]store.Commit, writers)
			var all sync.WaitGroup
			for w := range writers {
				s := first
				if w%2 == 1 {
					s = second
				}
				all.Go(func() {
					who := store.Reason{Who: fmt.Sprintf("w%d", w)}
					commits[w], errs[w] = s.Save(t.Context(), who, note("n", round+1, fmt.Sprintf("round %d of %d", round, w)), note(fmt.Sprintf("own-%d-%d", round, w), 0, "beside"))
				})
			}
			all.Wait()
			won := -1
			for w, err := range errs {
				switch {
				case err == nil && won < 0:
					won = w
				case err == nil:
					t.Errorf("round %d: %d and %d both won", round, won, w)
				case entente.KindOf(err) != entente.Conflict || !strings.Contains(err.Error(), ", by w"):
					t.Errorf("round %d: %v", round, err)
				}
			}
			v := first.get(key)
			if won < 0 || v.Number != round+2 || v.Commit != commits[won] || !strings.Contains(string(v.Body), fmt.Sprintf("of %d", won)) {
				t.Fatalf("round %d: %d won, the store holds %+v", round, won, v)
			}
		}
		// Of the losers nothing is there.
		if n := len(first.list(store.Query{Words: "beside"})); n != rounds {
			t.Errorf("%d companions, want %d", n, rounds)
		}
		if h, err := second.History(t.Context(), key); err != nil || len(h) != rounds+1 {
			t.Errorf("%d versions, %v", len(h), err)
		}
		first.verify()
	})
}

func TestManyWritersLoseNothing(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		servers := []*bench{open(t, place), open(t, place), open(t, place)}
		const writers, writes = 12, 15
		commits := make([][]store.Commit, writers)
		var all sync.WaitGroup
		for w := range writers {
			all.Go(func() {
				for i := range writes {
					s := servers[(w+i)%len(servers)]
					c, err := s.Save(t.Context(), store.Reason{Who: "w"}, note(fmt.Sprintf("n-%d-%d", w, i), 0, "text"))
					if err != nil {
						t.Error(err)
						return
					}
					commits[w] = append(commits[w], c)
				}
			})
		}
		all.Wait()
		var seqs []int64
		for _, list := range commits {
			for _, c := range list {
				seqs = append(seqs, c.Seq)
			}
		}
		slices.Sort(seqs)
		for i, n := range seqs {
			if n != int64(i+1) {
				t.Fatalf("commit numbers %v", seqs)
			}
		}
		for _, s := range servers {
			if n := len(s.list(store.Query{})); n != writers*writes {
				t.Errorf("%d records, want %d", n, writers*writes)
			}
		}
		servers[0].verify()
	})
}

// One write of a group that fails takes no other with it.
func TestFailuresInAGroupStandAlone(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		b := open(t, place)
		b.save(base(t)...)
		const writers = 40
		errs := make([]error, writers)
		var all sync.WaitGroup
		for w := range writers {
			all.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				r := store.Reason{Who: "w"}
				c := published(statement(fmt.Sprintf("st-%d", w), ""))
				switch w % 5 {
				case 1: // refers to what is not there
					odd := statement(fmt.Sprintf("st-%d", w), "")
					odd.Cells[2] = "p-none"
					c = published(odd)
				case 2:
					c.Base = 3
				case 3:
					r.Progress = func(int) error { return errStop }
				case 4:
					cancel()
				}
				_, errs[w] = b.Save(ctx, r, c)
			})
		}
		all.Wait()
		for w, err := range errs {
			ok := false
			switch w % 5 {
			case 0:
				ok = err == nil
			case 1:
				ok = entente.KindOf(err) == entente.Invalid
			case 2:
				ok = entente.KindOf(err) == entente.Conflict
			case 3:
				ok = errors.Is(err, errStop)
			case 4:
				ok = errors.Is(err, context.Canceled)
			}
			if !ok {
				t.Errorf("writer %d: %v", w, err)
			}
		}
		if n := len(b.corpus().Statements); n != writers/5 {
			t.Errorf("%d statements, want %d", n, writers/5)
		}
		b.verify()
	})
}

func TestSnapshotsFollowOtherServers(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		a, b := open(t, place), open(t, place)
		a.save(base(t)...)
		if a.corpus() == b.corpus() {
			t.Fatal("two stores share a corpus")
		}
		old := b.corpus()
		a.save(edit(0, store.Draft, ""))
		if b.corpus() != old {
			t.Error("a draft made the corpus anew")
		}
		a.save(edit(1, store.Published, "new"))
		if c := b.corpus(); c == old || len(c.Statements) != 1 || len(old.Statements) != 0 {
			t.Error("the other server does not see what was published")
		}
		m1, _ := a.Mark(t.Context())
		m2, _ := b.Mark(t.Context())
		if m1 != m2 {
			t.Errorf("%v and %v", m1, m2)
		}
	})
}

// Snapshots are whole while others publish: both statements of a pair are there,
// in the same words.
func TestSnapshotsAreConsistent(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		b := open(t, place)
		b.save(base(t)...)
		b.save(published(statement("st-a", "0")), published(statement("st-b", "0")))
		ctx, stop := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() {
			for i := 1; ctx.Err() == nil && i < 200; i++ {
				n := fmt.Sprint(i)
				if _, err := b.Save(context.Background(), store.Reason{Who: "w"}, store.RowChange(statement("st-a", n), store.Any, store.Published), store.RowChange(statement("st-b", n), store.Any, store.Published)); err != nil {
					t.Error(err)
				}
			}
		})
		for range 40 {
			c := b.corpus()
			if len(c.Statements) != 2 || c.Statements[0].Note != c.Statements[1].Note {
				t.Errorf("torn: %+v", c.Statements)
			}
		}
		stop()
		all.Wait()
	})
}

func TestClose(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		s, err := store.Open(t.Context(), place, store.Options{Create: true})
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		acknowledged := make([]bool, 30)
		for i := range acknowledged {
			all.Go(func() {
				_, err := s.Save(t.Context(), store.Reason{Who: "w"}, note(fmt.Sprint(i), 0, "x"))
				acknowledged[i] = err == nil
				if err != nil && entente.KindOf(err) != entente.Unavailable {
					t.Error(err)
				}
			})
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		all.Wait()
		if err := s.Close(); err != nil {
			t.Errorf("closed twice: %v", err)
		}
		_, err = s.Save(t.Context(), store.Reason{Who: "w"}, note("late", 0, "x"))
		if entente.KindOf(err) != entente.Unavailable {
			t.Errorf("a write after closing: %v", err)
		}
		b := open(t, place)
		for i, ok := range acknowledged {
			if _, err := b.Get(t.Context(), store.Key{Kind: "notes", ID: fmt.Sprint(i)}); ok != (err == nil) {
				t.Errorf("write %d: acknowledged %v, %v", i, ok, err)
			}
		}
	})
}
