package taxiitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"entente/internal/exchange/taxii"
)

// kit is what a check works with: the target and one empty collection.
type kit struct {
	*testing.T
	Target
	made   Place
	making sync.Once
	n      int // of things made
}

// answer is a response that was read whole.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// place gives the check's own collection.
func (k *kit) place() Place {
	k.Helper()
	k.making.Do(func() { k.made = k.Collection(k.T) }) // writers of one check ask at once
	return k.made
}

const root = "/taxii2/exchange/"

// at gives a path below the check's collection.
func (k *kit) at(rest string) string {
	k.Helper()
	return root + "collections/" + k.place().ID + "/" + rest
}

// ask is a request and what is asked of every answer.
type ask struct {
	method, path string
	who          string
	query        string
	header       map[string]string // "" takes a header away
	body         io.Reader
	server       int // 0 or the number of another process
}

// do sends a request. Whatever the request, there is no 5xx, the media type is
// right (R2), and an error has a title and its status as text (R7).
func (k *kit) do(a ask) answer {
	k.Helper()
	got, err := k.try(a)
	if err != nil {
		k.Fatal(err)
	}
	return got
}

func (k *kit) try(a ask) (answer, error) {
	base := k.URL
	if a.server > 0 {
		base = k.Also[a.server-1]
	}
	if a.query != "" {
		a.query = "?" + a.query
	}
	req, err := http.NewRequestWithContext(k.Context(), a.method, base+a.path+a.query, a.body)
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Accept", taxii.MediaType)
	if a.method == http.MethodPost {
		req.Header.Set("Content-Type", taxii.MediaType)
	}
	if a.who != "" {
		req.Header.Set("Authorization", a.who)
	}
	for name, v := range a.header {
		if req.Header.Del(name); v != "" {
			req.Header.Set(name, v)
		}
	}
	res, err := k.Client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return answer{}, err
	}
	got := answer{res.StatusCode, res.Header, body}
	return got, got.sound(a)
}

// sound is what holds for every answer.
func (got answer) sound(a ask) error {
	where := fmt.Sprintf("%s %s%s: %d %.300s", a.method, a.path, a.query, got.status, got.body)
	switch {
	case got.status >= 500:
		return fmt.Errorf("%s: a fault of the server", where)
	case got.status >= 300 && got.status < 400:
		return nil
	case got.header.Get("Content-Type") != taxii.MediaType:
		return fmt.Errorf("%s: Content-Type is %q", where, got.header.Get("Content-Type"))
	case got.status < 400 || a.method == http.MethodHead:
		return nil
	}
	var e struct {
		Title  *string `json:"title"`
		Status *string `json:"http_status"`
	}
	switch err := json.Unmarshal(got.body, &e); {
	case err != nil:
		return fmt.Errorf("%s: an error without a body: %w", where, err)
	case e.Title == nil || *e.Title == "":
		return fmt.Errorf("%s: an error without a title", where)
	case e.Status != nil && *e.Status != strconv.Itoa(got.status):
		return fmt.Errorf("%s: http_status is %q", where, *e.Status)
	case got.status == 401 && got.header.Get("WWW-Authenticate") == "":
		return fmt.Errorf("%s: 401 without WWW-Authenticate", where)
	}
	return nil
}

// get reads as the account that may do both.
func (k *kit) get(path, query string) answer {
	k.Helper()
	return k.do(ask{method: http.MethodGet, path: path, query: query, who: k.Both})
}

// post adds objects as one account.
func (k *kit) post(who string, raws ...string) answer {
	k.Helper()
	return k.do(ask{method: http.MethodPost, path: k.at("objects/"), who: who, body: strings.NewReader(envelope(raws...))})
}

func envelope(raws ...string) string { return `{"objects":[` + strings.Join(raws, ",") + `]}` }

// add adds objects and waits until the server has dealt with all.
func (k *kit) add(raws ...string) taxii.Status {
	k.Helper()
	got := k.post(k.Both, raws...)
	k.want(got, http.StatusAccepted)
	st := decode[taxii.Status](k, got)
	for range 200 {
		if st.Status == "complete" {
			return st
		}
		time.Sleep(20 * time.Millisecond)
		st = decode[taxii.Status](k, k.get(root+"status/"+st.ID+"/", ""))
	}
	k.Fatalf("status %s stays %s", st.ID, st.Status)
	return st
}

// addAll adds objects, all of which must be taken.
func (k *kit) addAll(things ...thing) {
	k.Helper()
	raws := make([]string, len(things))
	for i, o := range things {
		raws[i] = o.raw()
	}
	if st := k.add(raws...); st.SuccessCount != len(things) || st.FailureCount != 0 {
		k.Fatalf("%d objects were sent: %+v", len(things), st)
	}
}

// want fails the check unless the status is one of those.
func (k *kit) want(got answer, statuses ...int) {
	k.Helper()
	if !slices.Contains(statuses, got.status) {
		k.Fatalf("status %d, want %v: %.500s", got.status, statuses, got.body)
	}
}

func decode[T any](k *kit, got answer) T {
	k.Helper()
	var v T
	d := json.NewDecoder(bytes.NewReader(got.body))
	if err := d.Decode(&v); err != nil {
		k.Fatalf("%v: %.500s", err, got.body)
	}
	return v
}

// page is an envelope, a manifest or a list of versions.
type page struct {
	More     bool              `json:"more"`
	Next     *string           `json:"next"`
	Objects  []json.RawMessage `json:"objects"`
	Versions []string          `json:"versions"`
	header   http.Header
}

// item is what is read of an object or of a manifest record.
type item struct {
	ID        string `json:"id"`
	Modified  string `json:"modified"`
	Created   string `json:"created"`
	Version   string `json:"version"`
	DateAdded string `json:"date_added"`
	MediaType string `json:"media_type"`
	Name      string `json:"name"`
}

// page reads one page, which must be there.
func (k *kit) page(path, query string) page {
	k.Helper()
	got := k.get(path, query)
	k.want(got, http.StatusOK)
	p := decode[page](k, got)
	p.header = got.header
	return p
}

func (p page) items(k *kit) []item {
	k.Helper()
	out := make([]item, len(p.Objects))
	for i, raw := range p.Objects {
		if err := json.Unmarshal(raw, &out[i]); err != nil {
			k.Fatal(err)
		}
	}
	return out
}

// keys names versions: id and instant of each item.
func (p page) keys(k *kit) []string {
	k.Helper()
	var out []string
	for _, i := range p.items(k) {
		out = append(out, i.key())
	}
	return out
}

func (i item) key() string {
	v := i.Modified
	switch {
	case i.DateAdded != "": // a manifest; the version of an object is another thing
		v = i.Version
	case v == "":
		v = i.Created
	}
	if v == "" {
		v = taxii.Unversioned
	}
	return i.ID + " " + v
}

// thing is an object to be added.
type thing struct {
	Type, ID, Created, Modified, Name, Creator string
	Extra                                      string // more members, each with a comma in front
}

// thing makes an object of the account that may do both.
func (k *kit) thing(typ string) thing {
	k.n++
	at := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC).Add(time.Duration(k.n) * time.Second).Format("2006-01-02T15:04:05.000Z")
	return thing{Type: typ, ID: typ + "--" + uuid.NewString(), Created: at, Modified: at, Name: "synthetic " + strconv.Itoa(k.n), Creator: k.Creator}
}

// things makes n of them.
func (k *kit) things(typ string, n int) []thing {
	list := make([]thing, n)
	for i := range list {
		list[i] = k.thing(typ)
	}
	return list
}

// newer is a version of a thing, some seconds later than its first.
func (o thing) newer(seconds int) thing {
	at, err := time.Parse(time.RFC3339Nano, o.Created)
	if err != nil {
		panic(err)
	}
	o.Modified = at.Add(time.Duration(seconds) * time.Second).Format("2006-01-02T15:04:05.000Z")
	o.Name += " newer by " + strconv.Itoa(seconds)
	return o
}

func (o thing) raw() string {
	creator := ""
	if o.Creator != "" {
		creator = fmt.Sprintf(`,"created_by_ref":%q`, o.Creator)
	}
	return fmt.Sprintf(`{"type":%q,"spec_version":"2.1","id":%q,"created":%q,"modified":%q%s,"name":%q,"object_marking_refs":[%q]%s}`,
		o.Type, o.ID, o.Created, o.Modified, creator, o.Name, Clear, o.Extra)
}

func (o thing) key() string { return o.ID + " " + o.Modified }

func keysOf(list []thing) []string {
	out := make([]string, len(list))
	for i, o := range list {
		out[i] = o.key()
	}
	return out
}

// with writes parameters of a query.
func with(pairs ...string) string {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(pairs[i]) + "=" + url.QueryEscape(pairs[i+1]))
	}
	return b.String()
}

// walkNext reads everything by next. It adds limit only where it is above 0.
func (k *kit) walkNext(path, query string, limit int) []page {
	k.Helper()
	if limit > 0 {
		query = join(query, with("limit", strconv.Itoa(limit)))
	}
	var out []page
	next := ""
	for range 10_000 {
		q := query
		if next != "" {
			q = join(query, with("next", next))
		}
		p := k.page(path, q)
		out = append(out, p)
		if !p.More {
			return out
		}
		if p.Next == nil || *p.Next == "" {
			k.Fatalf("more without next (O1): %s?%s", path, q)
		}
		next = *p.Next
	}
	k.Fatal("the pages do not end")
	return nil
}

// walkAfter reads everything by the header of the last object.
func (k *kit) walkAfter(path, query string, limit int) []page {
	k.Helper()
	query = join(query, with("limit", strconv.Itoa(limit)))
	var out []page
	after := ""
	for range 10_000 {
		q := query
		if after != "" {
			q = join(query, with("added_after", after))
		}
		p := k.page(path, q)
		out = append(out, p)
		if !p.More {
			return out
		}
		last := p.header.Get("X-TAXII-Date-Added-Last")
		if last == "" || last == after {
			k.Fatalf("a page with more from which added_after cannot go on: %q", last)
		}
		after = last
	}
	k.Fatal("the pages do not end")
	return nil
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "&" + b
}

// allKeys lists the versions of several pages.
func (k *kit) allKeys(pages []page) []string {
	k.Helper()
	var out []string
	for _, p := range pages {
		out = append(out, p.keys(k)...)
	}
	return out
}

func (k *kit) same(what string, got, want []string) {
	k.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		k.Fatalf("%s:\ngot  %s\nwant %s", what, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}
