package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"

	"entente/corpora"
	"entente/internal/datapackage"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/pgtest"
	"entente/internal/store"
)

// exchangeServer is a server of TAXII 2.1 that runs as a process of its own.
type exchangeServer struct {
	name       string
	addr       string
	collection string
	objects    string // path of the objects
	token      string // of the reader: value of the header Authorization
	basic      string // the same partner with a password; may be empty
	writer     string
	cmd        *exec.Cmd
	database   int // process of the database, 0 for none
	tls        *tls.Config
}

func (s *exchangeServer) dial() (*wire, error) { return dialWire(s.addr, s.tls) }

// cpu is the processor time of the server and its database so far.
func (s *exchangeServer) cpu() float64 {
	t := processSeconds(s.cmd.Process.Pid)
	if s.database != 0 {
		t += processSeconds(s.database)
	}
	return t
}

func (s *exchangeServer) stop() {
	_ = s.cmd.Process.Signal(os.Interrupt)
	_ = s.cmd.Wait() // nothing is read from it any more
}

// start starts a command and waits for the address that it prints.
func (s *exchangeServer) start(ctx context.Context, bin string, args ...string) error {
	s.cmd = exec.CommandContext(ctx, bin, args...)
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := hostPort.FindStringSubmatch(lines.Text()); m != nil {
			s.addr = m[1]
			go io.Copy(io.Discard, out) //nolint:errcheck // only to keep the pipe empty
			return nil
		}
	}
	s.stop()
	return errors.New(s.name + ": the server printed no address")
}

var hostPort = regexp.MustCompile(`https?://([^/\s]+)/`)

// exchangeNode makes a node with one collection, a partner who adds to it and one
// who reads it, and serves it with the program.
func exchangeNode(ctx context.Context, bin, dir, place string) (*exchangeServer, error) {
	s := &exchangeServer{name: "entente, " + engineOf(place)}
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		return nil, err
	}
	o := node.InitOptions{Actor: "est", Listen: "127.0.0.1:0", Place: place, Corpus: c, Who: "bench"}
	if place != "" {
		st, err := store.Open(ctx, place, store.Options{Create: true})
		if err != nil {
			return nil, err
		}
		_, err = st.Fill(ctx, store.Reason{Who: "bench", Via: "init"}, c)
		if err = errors.Join(err, st.Close()); err != nil {
			return nil, err
		}
	}
	if err := node.Init(ctx, dir, o); err != nil {
		return nil, err
	}
	if err := s.settle(ctx, dir); err != nil {
		return nil, err
	}
	return s, s.start(ctx, bin, "node", "serve", dir, "--plain", "--listen", "127.0.0.1:0", "--per-minute", "-1")
}

// overTLS serves the same node by another process with TLS, as partners meet it.
func (s *exchangeServer) overTLS(ctx context.Context, bin, dir string) (*exchangeServer, error) {
	ca, err := partner.CABundle(dir)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(ca)) {
		return nil, errors.New("the node has no authority")
	}
	t := *s
	t.name += ", TLS"
	t.tls = &tls.Config{RootCAs: pool, ServerName: "localhost", MinVersion: tls.VersionTLS13}
	return &t, t.start(ctx, bin, "node", "serve", dir, "--listen", "127.0.0.1:0", "--per-minute", "-1")
}

func engineOf(place string) string {
	if store.IsPostgres(place) {
		return "PostgreSQL"
	}
	return "SQLite"
}

// settle sets who may do what.
func (s *exchangeServer) settle(ctx context.Context, dir string) error {
	n, err := node.Open(ctx, dir, node.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = n.Close() }() // what was written was committed
	_, err = n.Book.Edit(ctx, "bench", "measuring", func(e *partner.Settings) error {
		for _, p := range []partner.Partner{
			{Partner: handling.Partner{ID: "reader", Name: "Reader"}},
			{Partner: handling.Partner{ID: "writer", Name: "Writer"}, Identities: []stix.ID{stix.SyntheticCreator}},
		} {
			if err := e.AddPartner(p); err != nil {
				return err
			}
		}
		if err := e.AddCommunity(handling.Community{ID: "bench", Name: "Bench", Members: []handling.Member{
			{Partner: "reader", Clearance: handling.AmberStrict}, {Partner: "writer", Clearance: handling.AmberStrict},
		}}); err != nil {
			return err
		}
		return e.AddCollection(partner.Collection{
			Alias: "bench", Writers: []string{"writer"},
			Collection: handling.Collection{Title: "Synthetic", Communities: []string{"bench"}, Ceiling: handling.AmberStrict},
		})
	})
	if err != nil {
		return err
	}
	until := time.Now().Add(24 * time.Hour)
	token, _, err := n.Book.NewToken(ctx, "bench", "reader", "bench", until)
	if err != nil {
		return err
	}
	s.token = "Bearer " + token
	password, _, err := n.Book.NewPassword(ctx, "bench", "reader", "bench", "", until)
	if err != nil {
		return err
	}
	s.basic = "Basic " + base64.StdEncoding.EncodeToString([]byte("reader:"+password))
	if token, _, err = n.Book.NewToken(ctx, "bench", "writer", "bench", until); err != nil {
		return err
	}
	s.writer = "Bearer " + token
	state, err := n.Book.State(ctx)
	if err != nil {
		return err
	}
	c, ok := state.Collection("bench")
	if !ok {
		return errors.New("the collection is not there")
	}
	s.collection = c.ID
	s.objects = "/taxii2/exchange/collections/" + c.ID + "/objects/"
	return nil
}

// exchangePostgres starts a database that flushes to the disk.
func exchangePostgres(ctx context.Context) (*pgtest.Server, int, error) {
	db, err := pgtest.Start(ctx, pgtest.Options{Durable: true, Settings: []string{"shared_buffers=128MB", "max_wal_size=2GB"}})
	if err != nil {
		return nil, 0, err
	}
	pid, err := db.PID()
	if err != nil {
		return nil, 0, errors.Join(err, db.Close())
	}
	return db, pid, nil
}

// sizeOn gives the size of a node's store file in MB, 0 for a database elsewhere.
func sizeOn(dir string) float64 {
	total := int64(0)
	files, _ := filepath.Glob(filepath.Join(dir, "*.entente*")) // the pattern is right
	for _, f := range files {
		if st, err := os.Stat(f); err == nil {
			total += st.Size()
		}
	}
	return float64(total) / 1e6
}
