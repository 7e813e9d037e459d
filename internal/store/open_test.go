package store_test

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"entente"
	"entente/internal/pgtest"
	"entente/internal/store"
)

func TestOpenTellsWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	foreign := filepath.Join(dir, "foreign.db")
	db, err := sql.Open("sqlite", foreign)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("CREATE TABLE theirs (x)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(foreign)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		place  string
		create bool
		kind   entente.Kind
		text   string
	}{
		"missing":        {filepath.Join(dir, "none"), false, entente.NotFound, "entente init --db"},
		"folder":         {dir, true, entente.Invalid, "a folder"},
		"no folder":      {filepath.Join(dir, "no", "such"), true, entente.Unavailable, "cannot be made"},
		"text":           {write("text", strings.Repeat("this is no database\n", 100)), true, entente.Invalid, "not an SQLite file"},
		"empty":          {write("empty", ""), false, entente.NotFound, "holds no store"},
		"foreign":        {foreign, true, entente.Invalid, "not made by Entente"},
		"no such server": {"postgres://ann:s3cret@127.0.0.1:1/x?connect_timeout=2", false, entente.Unavailable, "does not answer"},
		"no address":     {"postgres://ann:s3cret@[::1/x", false, entente.Invalid, "cannot be read"},
	} {
		s, err := store.Open(t.Context(), c.place, store.Options{Create: c.create})
		if err == nil {
			_ = s.Close()
		}
		if entente.KindOf(err) != c.kind || !strings.Contains(fmt.Sprint(err), c.text) {
			t.Errorf("%s: %v (%s), want %s with %q", name, err, entente.KindOf(err), c.kind, c.text)
		}
		if strings.Contains(fmt.Sprintf("%v %+v", err, err), "s3cret") {
			t.Errorf("%s: the password is told: %v", name, err)
		}
	}
	if after, err := os.ReadFile(foreign); err != nil || string(after) != string(before) {
		t.Errorf("a file of somebody else was changed: %v", err)
	}
	if st, err := os.Stat(filepath.Join(dir, "none")); err == nil {
		t.Errorf("looking made a file: %v", st)
	}
}

func TestOpenOnPostgresTellsWhatIsWrong(t *testing.T) {
	dsn := pgtest.Database(t, "none", nil)
	_, err := store.Open(t.Context(), dsn, store.Options{})
	if entente.KindOf(err) != entente.NotFound || !strings.Contains(err.Error(), "holds no store") {
		t.Errorf("%v", err)
	}
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var n int
	if err := db.QueryRow("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'").Scan(&n); err != nil || n != 0 {
		t.Errorf("looking made %d tables, %v", n, err)
	}
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/nosuchdatabase"
	_, err = store.Open(t.Context(), u.String(), store.Options{})
	if entente.KindOf(err) != entente.NotFound || !strings.Contains(err.Error(), "createdb") {
		t.Errorf("%v", err)
	}
}

// Several servers that start at once on a new database make one store.
func TestOpenAtOnce(t *testing.T) {
	places := map[string]func() string{
		"sqlite":   func() string { return filepath.Join(t.TempDir(), "new.entente") },
		"postgres": func() string { return pgtest.Database(t, "none", nil) },
	}
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			at := place()
			errs := make([]error, 5)
			var all sync.WaitGroup
			for i := range errs {
				all.Go(func() { errs[i] = empty(at) })
			}
			all.Wait()
			for _, err := range errs {
				if err != nil {
					t.Error(err)
				}
			}
			b := open(t, at)
			b.save(note("n", 0, "x"))
			b.verify()
		})
	}
}

func TestTheFileIsForItsOwnerOnly(t *testing.T) {
	place := filepath.Join(t.TempDir(), "work.entente")
	open(t, place)
	st, err := os.Stat(place)
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
}

// A page that was overwritten is found at the start.
func TestADamagedFileIsRefused(t *testing.T) {
	place := filepath.Join(t.TempDir(), "work.entente")
	s, err := store.Open(t.Context(), place, store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	var many []store.Change
	for i := range 3000 {
		many = append(many, note(fmt.Sprint(i), 0, strings.Repeat("text ", 20)))
	}
	if _, err := s.Save(t.Context(), store.Reason{Who: "w"}, many...); err != nil {
		t.Fatal(err)
	}
	want := dump(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(place)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for page := 2; page < len(good)/4096; page += 7 {
		bad := []byte(string(good))
		copy(bad[page*4096:], make([]byte, 4096))
		if err := os.WriteFile(place, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(t.Context(), place, store.Options{})
		if err == nil {
			// What the start does not find, the deep check does, or the page was not
			// in use.
			if _, err = s.Verify(t.Context(), nil); err == nil && string(dump(t, s)) == string(want) {
				err = errStop
			}
			_ = s.Close()
		} else {
			found++
			if entente.KindOf(err) != entente.Unavailable || !strings.Contains(err.Error(), "damaged") {
				t.Errorf("page %d: %v", page, err)
			}
		}
		if err == nil {
			t.Errorf("page %d of zeros was not noticed", page)
		}
	}
	if found < 3 {
		t.Errorf("only %d damages were found at the start", found)
	}
}
