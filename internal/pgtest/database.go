package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"entente/internal/testskip"
)

// Env names the environment variable with the address of a server to test on.
// Its user must be allowed to make databases; each test makes its own and
// removes it.
const Env = "TEST_POSTGRES_DSN"

// Mend tells how to get what the tests need.
const Mend = "apt-get install postgresql, or set " + Env

// shared is the server of this test program.
var shared struct {
	sync.Mutex
	started   bool
	server    *Server
	admin     string // address of the database from which others are made
	err       error
	templates map[string]string
}

// Main runs the tests of a package and then stops the server that they used. A
// package that uses [Database] calls it in its TestMain.
func Main(m *testing.M) {
	code := m.Run()
	if err := stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stop PostgreSQL:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

func stop() error {
	shared.Lock()
	defer shared.Unlock()
	var errs []error
	if os.Getenv(Env) != "" {
		for _, name := range shared.templates {
			errs = append(errs, command(context.Background(), "DROP DATABASE IF EXISTS "+name))
		}
	}
	if shared.server != nil {
		errs = append(errs, shared.server.Close())
	}
	return errors.Join(errs...)
}

// Database gives the address of a database of the test's own. When prepare is
// not nil, it is run once, on a template that every database under the same
// name is copied from. The test ends here when there is no PostgreSQL.
func Database(t testing.TB, name string, prepare func(dsn string) error) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	shared.Lock()
	defer shared.Unlock()
	if !shared.started {
		shared.started = true
		shared.templates = map[string]string{}
		if shared.admin = os.Getenv(Env); shared.admin == "" {
			if shared.server, shared.err = Start(ctx, Options{}); shared.err == nil {
				shared.admin = shared.server.DSN("postgres")
			}
		}
	}
	if errors.Is(shared.err, ErrNone) {
		testskip.Missing(t, "postgres", Mend)
	}
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	from := ""
	if prepare != nil {
		template, made := shared.templates[name]
		if !made {
			template = fresh("template")
			if err := command(ctx, "CREATE DATABASE "+template); err != nil {
				t.Fatal(err)
			}
			shared.templates[name] = template
			if err := prepare(at(shared.admin, template)); err != nil {
				t.Fatalf("prepare the template %q: %v", name, err)
			}
		}
		from = " TEMPLATE " + template
	}
	database := fresh("test")
	if err := command(ctx, "CREATE DATABASE "+database+from); err != nil {
		t.Fatal(err)
	}
	if shared.server == nil { // a private server goes as a whole
		t.Cleanup(func() {
			if err := command(context.Background(), "DROP DATABASE IF EXISTS "+database); err != nil {
				t.Error(err)
			}
		})
	}
	return at(shared.admin, database)
}

// fresh makes a name that no other test program has.
func fresh(kind string) string { return "entente_" + kind + "_" + strings.ToLower(rand.Text()) }

// command runs one statement on the server; the lock is held.
func command(ctx context.Context, text string) error {
	c, err := pgx.Connect(ctx, shared.admin)
	if err != nil {
		return err
	}
	_, err = c.Exec(ctx, text)
	return errors.Join(err, c.Close(ctx))
}

// at is the address of another database of the same server.
func at(dsn, database string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return dsn // connecting says what is wrong with it
	}
	u.Path = "/" + database
	return u.String()
}
