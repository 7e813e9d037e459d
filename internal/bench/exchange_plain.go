package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// The alternative is what one writes first: net/http and database/sql over one
// table in SQLite, with the token compared and the objects put together by
// encoding/json. It checks nothing, keeps no log and knows no partners; a stamp is
// the number of the row. It shows what the promises of a node cost, or save.

const plainToken = "Bearer plain"

// plainExchange is that server.
type plainExchange struct{ db *sql.DB }

// servePlain runs it until it is interrupted: the benchmark starts its own program
// again for this, so that its processor time can be told apart.
func servePlain(ctx context.Context, dir string) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "plain.db")+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // every write was committed
	for _, text := range []string{
		"CREATE TABLE objects (n INTEGER PRIMARY KEY, id TEXT, type TEXT, version TEXT, latest INTEGER, body BLOB)",
		"CREATE UNIQUE INDEX objects_version ON objects (id, version)",
		"CREATE INDEX objects_type ON objects (type, n) WHERE latest = 1",
		"CREATE INDEX objects_latest ON objects (n) WHERE latest = 1",
	} {
		if _, err := db.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	p := &plainExchange{db}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /objects/", p.objects)
	mux.HandleFunc("GET /objects/{id}/", p.objects)
	mux.HandleFunc("GET /manifest/", p.objects)
	mux.HandleFunc("POST /objects/", p.add)
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != plainToken {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/taxii+json;version=2.1")
		mux.ServeHTTP(w, r)
	})}
	fmt.Printf("plain at http://%s/\n", listener.Addr())
	go func() { <-ctx.Done(); _ = server.Close() }()
	_ = server.Serve(listener) // ends with the interrupt
	return nil
}

type plainRecord struct {
	ID        string `json:"id"`
	DateAdded string `json:"date_added"`
	Version   string `json:"version"`
	MediaType string `json:"media_type"`
}

func (p *plainExchange) objects(w http.ResponseWriter, r *http.Request) {
	manifest := strings.HasPrefix(r.URL.Path, "/manifest")
	q := r.URL.Query()
	limit, err := strconv.Atoi(q.Get("limit"))
	if err != nil || limit < 1 || limit > 1000 {
		limit = 100
	}
	after, _ := strconv.Atoi(q.Get("added_after")) // none is 0
	where, args := "latest = 1 AND n > $1", []any{after, limit + 1}
	in := func(column string, values []string) {
		marks := make([]string, len(values))
		for i, v := range values {
			args = append(args, v)
			marks[i] = "$" + strconv.Itoa(len(args))
		}
		where += " AND " + column + " IN (" + strings.Join(marks, ",") + ")"
	}
	if v := q.Get("match[type]"); v != "" {
		in("type", strings.Split(v, ","))
	}
	if v := q.Get("match[id]"); v != "" {
		in("id", strings.Split(v, ","))
	}
	if v := r.PathValue("id"); v != "" {
		in("id", []string{v})
	}
	rows, err := p.db.QueryContext(r.Context(), "SELECT n, id, version, body FROM objects WHERE "+where+" ORDER BY n LIMIT $2", args...)
	if err != nil {
		http.Error(w, "fault", http.StatusInternalServerError)
		return
	}
	defer func() { _ = rows.Close() }()
	var out struct {
		More    bool   `json:"more,omitempty"`
		Next    string `json:"next,omitempty"`
		Objects []any  `json:"objects,omitempty"`
	}
	last := 0
	for rows.Next() {
		if len(out.Objects) == limit {
			out.More, out.Next = true, strconv.Itoa(last)
			break
		}
		var id, version string
		var body []byte
		if err := rows.Scan(&last, &id, &version, &body); err != nil {
			http.Error(w, "fault", http.StatusInternalServerError)
			return
		}
		if manifest {
			out.Objects = append(out.Objects, plainRecord{id, strconv.Itoa(last), version, "application/stix+json;version=2.1"})
		} else {
			out.Objects = append(out.Objects, json.RawMessage(body))
		}
	}
	b, err := json.Marshal(out)
	if err != nil || rows.Err() != nil {
		http.Error(w, "fault", http.StatusInternalServerError)
		return
	}
	if last > 0 {
		w.Header().Set("X-TAXII-Date-Added-Last", strconv.Itoa(last))
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	_, _ = w.Write(b)
}

func (p *plainExchange) add(w http.ResponseWriter, r *http.Request) {
	var in struct{ Objects []json.RawMessage }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, "fault", http.StatusUnprocessableEntity)
		return
	}
	if err := p.insert(r.Context(), in.Objects); err != nil {
		http.Error(w, "fault", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Length", "2")
	w.WriteHeader(http.StatusAccepted)
	_, _ = w.Write([]byte("{}"))
}

func (p *plainExchange) insert(ctx context.Context, list []json.RawMessage) error {
	tx, err := p.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	for _, raw := range list {
		var o struct{ ID, Type, Created, Modified string }
		if err := json.Unmarshal(raw, &o); err != nil {
			return err
		}
		if o.Modified == "" {
			o.Modified = o.Created
		}
		if _, err := tx.ExecContext(ctx, "UPDATE objects SET latest = 0 WHERE id = $1 AND version < $2", o.ID, o.Modified); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO objects (id, type, version, latest, body) VALUES ($1, $2, $3, 1, $4)", o.ID, o.Type, o.Modified, []byte(raw)); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// plainServer starts the alternative.
func plainServer(ctx context.Context, dir string) (*exchangeServer, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &exchangeServer{name: "plain net/http and SQLite", objects: "/objects/", token: plainToken, writer: plainToken}
	return s, s.start(ctx, self, "exchange-plain", dir)
}
