package store_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"entente"
	"entente/internal/pgtest"
	"entente/internal/store"
)

// A backup that is made while others write holds one state, and a restored one
// is sound.
func TestBackupWhileOthersWrite(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		b := open(t, place)
		b.save(base(t)...)
		ctx, stop := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for w := range 4 {
			all.Go(func() {
				for i := 0; ctx.Err() == nil; i++ {
					a, c := note(fmt.Sprintf("a-%d-%d", w, i), 0, "x"), note(fmt.Sprintf("b-%d-%d", w, i), 0, "x")
					if _, err := b.Save(context.Background(), store.Reason{Who: "w"}, a, c, note("shared", store.Any, fmt.Sprint(w, i))); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		var last store.Mark
		for round := range 3 {
			var buf bytes.Buffer
			made, err := b.Dump(t.Context(), &buf, nil)
			if err != nil {
				t.Fatal(err)
			}
			if made.Mark.Seq < last.Seq || made.Counts["versions"] != 6+3*(made.Mark.Seq-1) {
				t.Errorf("%+v", made)
			}
			last = made.Mark
			to := filepath.Join(t.TempDir(), fmt.Sprint(round))
			if loaded, err := store.Load(t.Context(), to, &buf, store.Options{}, nil); err != nil || loaded.Mark != made.Mark {
				t.Fatalf("%+v %v", loaded, err)
			}
		}
		stop()
		all.Wait()
		b.verify()
	})
}

// A restore that fails or is broken off leaves nothing that stands in the way of
// the next one, and nothing that could be taken for a store.
func TestARestoreThatFails(t *testing.T) {
	first := filled(t)
	good := dump(t, first)
	for name, place := range map[string]string{
		"sqlite": filepath.Join(t.TempDir(), "new.entente"), "postgres": pgtest.Database(t, "none", nil),
	} {
		t.Run(name, func(t *testing.T) {
			load := func(ctx context.Context, r io.Reader, progress func(done, total int64) error) error {
				_, err := store.Load(ctx, place, r, store.Options{}, progress)
				return err
			}
			nothing := func(after string) {
				t.Helper()
				s, err := store.Open(t.Context(), place, store.Options{})
				if err != nil {
					if entente.KindOf(err) != entente.NotFound {
						t.Errorf("after %s: %v", after, err)
					}
					return
				}
				defer func() { _ = s.Close() }()
				if m, err := s.Mark(t.Context()); err != nil || m.Seq != 0 {
					t.Errorf("after %s there is %+v %v", after, m, err)
				}
			}
			if err := load(t.Context(), bytes.NewReader(good[:len(good)/3]), nil); entente.KindOf(err) != entente.Invalid {
				t.Errorf("%v", err)
			}
			nothing("half a backup")
			if err := load(t.Context(), bytes.NewReader(good), func(done, _ int64) error { return errStop }); err == nil {
				t.Error("the progress could not stop it")
			}
			nothing("a stop")
			ctx, cancel := context.WithCancel(t.Context())
			if err := load(ctx, bytes.NewReader(good), func(done, total int64) error {
				if done > total/2 {
					cancel()
				}
				return nil
			}); err == nil {
				t.Error("it could not be cancelled")
			}
			nothing("a cancel")
			if name == "sqlite" { // as a kill would leave it
				if err := os.WriteFile(place+".part", []byte("half"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := load(t.Context(), bytes.NewReader(good), nil); err != nil {
				t.Fatal(err)
			}
			s, err := store.Open(t.Context(), place, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(dump(t, s), good) {
				t.Error("what was restored differs")
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if err := load(t.Context(), bytes.NewReader(good), nil); entente.KindOf(err) != entente.Conflict {
				t.Errorf("restored over a store: %v", err)
			}
			if left, _ := filepath.Glob(filepath.Dir(place) + "/*.part*"); name == "sqlite" && len(left) > 0 {
				t.Errorf("left behind %v", left)
			}
		})
	}
}
