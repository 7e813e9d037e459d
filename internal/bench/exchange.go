package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
	"entente/internal/pgtest"
)

// The sizes of the exchange benchmark.
const (
	exchangeObjects = 25_000
	exchangeBatch   = 1000 // objects in a request to add
	exchangeMarks   = 64   // places from which a page is asked
)

// What of it is measured, unless the arguments say otherwise.
var (
	exchangeSpan  = 2 * time.Second // how long each query is asked
	exchangeParts = []string{"plain", "sqlite", "postgres"}
)

// exchangeRun is one server with what was measured on it.
type exchangeRun struct {
	*exchangeServer
	queries []exchangeQuery
	results map[string]*measured
	ids     []string
}

type exchangeQuery struct {
	what    string
	objects int  // on a page, for objects/s; 0: not told
	last    bool // before the slow hash of a password, which takes memory for itself

	request func(i int) []byte
}

// exchanges measures the exchange on both engines, beside the plain server. The
// objects are synthetic.
func exchanges(ctx context.Context, tmp, bin string, n int) error {
	var size int64
	for raw := range stix.Synthetic(n, 1, exchangeLevels()) {
		size += int64(len(raw))
	}
	fmt.Printf("\nexchange: %d synthetic objects, %.1f MB, on this machine without TLS; CPU is that of the server and its database; %v for each row\n", n, float64(size)/1e6, exchangeSpan)
	var floor *exchangeRun
	for _, part := range exchangeParts {
		dir := filepath.Join(tmp, "exchange-"+part)
		var err error
		switch part {
		case "plain":
			floor, err = exchangePlain(ctx, dir, n)
		case "sqlite":
			err = exchangeSQLite(ctx, bin, dir, n, floor)
		case "postgres":
			err = exchangeOnPostgres(ctx, bin, dir, n, floor)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", part, err)
		}
	}
	return nil
}

func exchangePlain(ctx context.Context, dir string, n int) (*exchangeRun, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	s, err := plainServer(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	return exchangeOn(s, n, nil)
}

func exchangeSQLite(ctx context.Context, bin, dir string, n int, floor *exchangeRun) error {
	s, err := exchangeNode(ctx, bin, dir, "")
	if err != nil {
		return err
	}
	run, err := exchangeOn(s, n, floor)
	s.stop()
	if err != nil {
		return err
	}
	fmt.Printf("%-50s %8.0f MB on the disk\n", s.name, sizeOn(dir))
	return run.overTLS(ctx, bin, dir)
}

func exchangeOnPostgres(ctx context.Context, bin, dir string, n int, floor *exchangeRun) error {
	db, pid, err := exchangePostgres(ctx)
	if errors.Is(err, pgtest.ErrNone) {
		fmt.Println("SKIPPED postgres: no server program was found; " + pgtest.Mend)
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	s, err := exchangeNode(ctx, bin, dir, db.DSN("postgres"))
	if err != nil {
		return err
	}
	defer s.stop()
	s.database = pid
	_, err = exchangeOn(s, n, floor)
	return err
}

func exchangeLevels() []stix.ID {
	return []stix.ID{handling.Clear.Mark(), handling.Green.Mark()}
}

// exchangeOn measures one server; beside is what another one gave.
func exchangeOn(s *exchangeServer, n int, beside *exchangeRun) (*exchangeRun, error) {
	run := &exchangeRun{exchangeServer: s, results: map[string]*measured{}}
	fmt.Printf("\n%s: %s before\n", s.name, memory(s.cmd.Process.Pid))
	fill, err := run.fill(n)
	if err != nil {
		return nil, err
	}
	run.results["fill"] = fill
	note := ""
	if beside != nil {
		b := beside.results["fill"]
		note = fmt.Sprintf("  beside %s %.0f objects/s, ratio %.2f", beside.name, float64(n)/b.took.Seconds(), b.took.Seconds()/fill.took.Seconds())
	}
	fmt.Printf("%-50s %8.0f objects/s %8.1f CPU s, %.1f of it the database's%s; %s\n", "ingest, POSTs of 1000, one client", float64(n)/fill.took.Seconds(), fill.cpu, fill.cpu-fill.own, note, memory(s.cmd.Process.Pid))
	for _, what := range []string{"full walk, limit=1000, first time", "full walk, limit=1000, again"} {
		m, marks, err := run.walk()
		if err != nil {
			return nil, err
		}
		run.results[what] = m
		note := ""
		if beside != nil {
			note = fmt.Sprintf("  beside %.2f s", beside.results[what].took.Seconds())
		}
		fmt.Printf("%-50s %8.2f s %10.0f objects/s %6.2f CPU s%s\n", what, m.took.Seconds(), float64(len(run.ids))/m.took.Seconds(), m.cpu, note)
		run.ask(marks)
	}
	fmt.Printf("%-36s %2s %9s %8s %8s %10s %8s  %s\n", "", "c", "req/s", "p50 ms", "p99 ms", "objects/s", "CPU ms", "beside")
	for _, q := range run.queries {
		for _, clients := range []int{1, 8} {
			if err := run.row(q, clients, beside); err != nil {
				return nil, fmt.Errorf("%s: %w", q.what, err)
			}
		}
		if q.last {
			fmt.Printf("%-50s %s\n", "memory", memory(s.cmd.Process.Pid))
		}
	}
	fmt.Printf("%-50s %s\n", "memory at the end", memory(s.cmd.Process.Pid))
	return run, nil
}

// overTLS measures three of the queries through TLS.
func (r *exchangeRun) overTLS(ctx context.Context, bin, dir string) error {
	s, err := r.exchangeServer.overTLS(ctx, bin, dir)
	if err != nil {
		return err
	}
	defer s.stop()
	t := &exchangeRun{exchangeServer: s, results: map[string]*measured{}, ids: r.ids}
	fmt.Printf("%s; beside the same without TLS\n", s.name)
	for _, q := range r.queries {
		switch q.what {
		case "objects limit=100", "objects limit=1000", "empty poll":
			if err := t.row(q, 8, r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *exchangeRun) row(q exchangeQuery, clients int, beside *exchangeRun) error {
	m, err := press(r.dial, clients, exchangeSpan, r.cpu, q.request)
	if err != nil {
		return err
	}
	key := q.what + " " + strconv.Itoa(clients)
	r.results[key] = m
	rate, note := "", ""
	if q.objects > 0 {
		rate = fmt.Sprintf("%.0f", m.perSecond()*float64(q.objects))
	}
	if beside != nil {
		if b := beside.results[key]; b != nil {
			note = fmt.Sprintf("%.0f req/s, %.2f CPU ms: ratio %.2f, %.2f", b.perSecond(), b.cpuMS(), m.perSecond()/b.perSecond(), m.cpuMS()/b.cpuMS())
		}
	}
	fmt.Printf("%-36s %2d %9.0f %8.2f %8.2f %10s %8.3f  %s\n", q.what, clients, m.perSecond(), ms(at(m.times, 50)), ms(at(m.times, 99)), rate, m.cpuMS(), note)
	return nil
}

// fill adds the corpus and takes note of some ids.
func (r *exchangeRun) fill(n int) (*measured, error) {
	w, err := r.dial()
	if err != nil {
		return nil, err
	}
	defer func() { _ = w.conn.Close() }()
	batches := make(chan []byte, 2)
	var maker sync.WaitGroup
	maker.Go(func() {
		defer close(batches)
		var b bytes.Buffer
		in := 0
		for raw := range stix.Synthetic(n, 1, exchangeLevels()) {
			if in == 0 {
				b.WriteString(`{"objects":[`)
			} else {
				b.WriteByte(',')
			}
			b.Write(raw)
			if in++; in == exchangeBatch {
				b.WriteString("]}")
				batches <- slices.Clone(b.Bytes())
				b.Reset()
				in = 0
			}
		}
		if in > 0 {
			b.WriteString("]}")
			batches <- b.Bytes()
		}
	})
	defer maker.Wait()
	m := &measured{}
	before := r.cpu()
	own := processSeconds(r.cmd.Process.Pid)
	for body := range batches {
		head := "POST " + r.objects + " HTTP/1.1\r\nHost: bench\r\nAccept: application/taxii+json;version=2.1\r\nContent-Type: application/taxii+json;version=2.1\r\nAuthorization: " + r.writer +
			"\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n"
		var answer bytes.Buffer
		start := time.Now()
		a, err := w.ask(append([]byte(head), body...), &answer)
		m.took += time.Since(start)
		if err == nil && a.status != 202 {
			err = fmt.Errorf("POST: %d %.300s", a.status, answer.Bytes())
		}
		var st struct {
			Failures int `json:"failure_count"`
		}
		if err == nil && json.Unmarshal(answer.Bytes(), &st) == nil && st.Failures > 0 {
			err = fmt.Errorf("POST: %.600s", answer.Bytes())
		}
		if err != nil {
			go func() { // let the maker end
				for range batches {
					continue
				}
			}()
			return nil, err
		}
	}
	m.cpu, m.own = r.cpu()-before, processSeconds(r.cmd.Process.Pid)-own
	return m, nil
}

// walk reads the whole collection in pages of 1000 and gives where each ended.
func (r *exchangeRun) walk() (*measured, []string, error) {
	w, err := r.dial()
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = w.conn.Close() }()
	var marks []string
	m := &measured{}
	before, after := r.cpu(), ""
	ids := r.ids[:0]
	for {
		path := r.objects + "?limit=1000"
		if after != "" {
			path += "&added_after=" + url.QueryEscape(after)
		}
		var body bytes.Buffer
		start := time.Now()
		a, err := w.ask(get(path, r.token), &body)
		m.took += time.Since(start)
		if err != nil || a.status != 200 {
			return nil, nil, errors.Join(err, fmt.Errorf("status %d: %.300s", a.status, body.Bytes()))
		}
		ids = appendIDs(ids, body.Bytes())
		if a.last == "" {
			break
		}
		if after = a.last; !a.more {
			marks = append(marks, a.last)
			break
		}
		marks = append(marks, a.last)
	}
	m.cpu = r.cpu() - before
	r.ids = ids
	if len(ids) == 0 {
		return nil, nil, errors.New("the collection is empty for its reader")
	}
	return m, marks, nil
}

// appendIDs finds the identifiers of the objects of an envelope.
func appendIDs(list []string, body []byte) []string {
	var p struct {
		Objects []struct {
			ID string `json:"id"`
		} `json:"objects"`
	}
	if err := json.Unmarshal(body, &p); err != nil {
		return list
	}
	for _, o := range p.Objects {
		list = append(list, o.ID)
	}
	return list
}

// ask makes the queries.
func (r *exchangeRun) ask(marks []string) {
	manifest := strings.TrimSuffix(r.objects, "objects/") + "manifest/"
	always := func(path string) func(int) []byte {
		b := get(path, r.token)
		return func(int) []byte { return b }
	}
	turns := func(n int, path func(i int) string) func(int) []byte {
		all := make([][]byte, n)
		for i := range all {
			all[i] = get(path(i), r.token)
		}
		return func(i int) []byte { return all[i%n] }
	}
	step := func(i, n int) int { return i * 7919 % n }
	last := url.QueryEscape(marks[len(marks)-1])
	places := marks[:max(len(marks)-1, 1)]
	r.queries = []exchangeQuery{
		{what: "objects limit=100", objects: 100, request: always(r.objects + "?limit=100")},
		{what: "objects limit=1000", objects: 1000, request: always(r.objects + "?limit=1000")},
		{what: "manifest limit=100", objects: 100, request: always(manifest + "?limit=100")},
		{what: "manifest limit=1000", objects: 1000, request: always(manifest + "?limit=1000")},
		{what: "objects added_after, limit=100", objects: 100, request: turns(exchangeMarks, func(i int) string {
			return r.objects + "?limit=100&added_after=" + url.QueryEscape(places[step(i, len(places))])
		})},
		{what: "objects match[type], limit=100", objects: 100, request: always(r.objects + "?limit=100&match[type]=attack-pattern")},
		{what: "objects match[id] x20", objects: 20, request: turns(exchangeMarks, func(i int) string {
			list := make([]string, 20)
			for k := range list {
				list[k] = r.ids[step(i*20+k, len(r.ids))]
			}
			return r.objects + "?match[id]=" + strings.Join(list, ",")
		})},
		{what: "object by id", objects: 1, request: turns(1000, func(i int) string { return r.objects + r.ids[step(i, len(r.ids))] + "/" })},
		{what: "empty poll", last: true, request: always(r.objects + "?added_after=" + last)},
	}
	if r.basic != "" {
		page, poll := get(r.objects+"?limit=100", r.basic), get(r.objects+"?added_after="+last, r.basic)
		r.queries = append(r.queries,
			exchangeQuery{what: "objects limit=100, Basic", objects: 100, request: func(int) []byte { return page }},
			exchangeQuery{what: "empty poll, Basic", request: func(int) []byte { return poll }})
	}
}

// exchangeArgs reads "exchange [OBJECTS [DURATION [PART,…]]]".
func exchangeArgs(args []string) (int, error) {
	if len(args) == 0 {
		return exchangeObjects, nil
	}
	if len(args) > 1 {
		d, err := time.ParseDuration(args[1])
		if err != nil || d <= 0 {
			return 0, fmt.Errorf("%q is no duration such as 2s", args[1])
		}
		exchangeSpan = d
	}
	if len(args) > 2 {
		parts := strings.Split(args[2], ",")
		for _, p := range parts {
			if !slices.Contains(exchangeParts, p) {
				return 0, fmt.Errorf("%q is none of %s", p, strings.Join(exchangeParts, ", "))
			}
		}
		exchangeParts = parts
	}
	n, err := strconv.Atoi(args[0])
	if err != nil || n < 1000 || n > 5_000_000 {
		return 0, fmt.Errorf("%q is no number of objects from 1,000 to 5,000,000", args[0])
	}
	return n, nil
}
