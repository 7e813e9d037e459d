package client

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"

	"entente"
	"entente/internal/exchange/taxii"
)

// Discovery is what a server says of itself [4.1].
type Discovery struct {
	Title, Description, Contact string
	Default                     string   // address of the default API root, may be empty
	Roots                       []string // addresses, absolute
}

// Root is an API root [4.2].
type Root struct {
	URL                string
	Title, Description string
	Versions           []string
	MaxContentLength   int64 // bytes of an envelope that may be added; 0 when not told
}

// maxCollections bounds a list of collections.
const maxCollections = 10_000

// loose is a resource as servers really send it: numbers and truths may be
// written as text.
type loose map[string]json.RawMessage

func (l loose) text(name string) string {
	var s string
	_ = json.Unmarshal(l[name], &s)
	return s
}

func (l loose) texts(name string) []string {
	var s []string
	_ = json.Unmarshal(l[name], &s)
	return s
}

func (l loose) bare(name string) string { return strings.Trim(string(l[name]), `"`) }

func (l loose) number(name string) int64 {
	n, err := strconv.ParseFloat(l.bare(name), 64)
	if err != nil || !(n > 0) || n > 1<<62 {
		return 0
	}
	return int64(n)
}

// get reads a small resource into out.
func (c *Client) get(ctx context.Context, u *url.URL, out any) error {
	return c.do(ctx, &tally{}, call{method: http.MethodGet, url: u, read: decoder(out)})
}

func decoder(out any) func(http.Header, io.Reader) error {
	return func(_ http.Header, body io.Reader) error {
		text, err := io.ReadAll(body)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(text, out); err != nil {
			return errors.Join(errBroken, err)
		}
		return nil
	}
}

// Discovery asks what the server offers. Options.URL must be that of its
// discovery.
func (c *Client) Discovery(ctx context.Context) (*Discovery, error) {
	var l loose
	if err := c.get(ctx, c.base, &l); err != nil {
		return nil, err
	}
	return c.discovery(l), nil
}

func (c *Client) discovery(l loose) *Discovery {
	d := &Discovery{Title: clip(l.text("title")), Description: clip(l.text("description")), Contact: clip(l.text("contact"))}
	absolute := func(s string) string {
		u, err := c.base.Parse(s)
		if s == "" || err != nil {
			return ""
		}
		return u.String()
	}
	d.Default = absolute(l.text("default"))
	for _, s := range l.texts("api_roots") {
		if s = absolute(s); s != "" {
			d.Roots = append(d.Roots, s)
		}
	}
	return d
}

// Root finds the API root that the client works with, once.
func (c *Client) Root(ctx context.Context) (*Root, error) {
	c.mu.Lock()
	known := c.root
	c.mu.Unlock()
	if known != nil {
		return known, nil
	}
	u := c.base
	if c.o.Root != "" {
		u, _ = c.base.Parse(c.o.Root)
	}
	var l loose
	if err := c.get(ctx, u, &l); err != nil {
		return nil, err
	}
	if l["api_roots"] != nil || l["default"] != nil { // a discovery: one step further
		d := c.discovery(l)
		if d.Default == "" && len(d.Roots) > 0 {
			d.Default = d.Roots[0]
		}
		next, err := url.Parse(d.Default)
		switch {
		case err != nil || d.Default == "":
			return nil, &entente.Error{Kind: entente.NotFound, Op: "exchange", Place: u.Redacted(), Msg: "the server offers no API root to us"}
		case !sameHost(c.base, next):
			return nil, &entente.Error{Kind: entente.Denied, Op: "exchange", Place: u.Redacted(), Msg: "the server's API root is on another host, " + clip(next.Host) + "; the credential is not carried there", Hint: "if that is right, set the address of the API root for this partner"}
		}
		u, l = next, nil
		if err := c.get(ctx, u, &l); err != nil {
			return nil, err
		}
	}
	at := *u
	if !strings.HasSuffix(at.Path, "/") {
		at.Path += "/"
	}
	at.RawQuery, at.Fragment, at.RawPath = "", "", ""
	r := &Root{
		URL: at.String(), Title: clip(l.text("title")), Description: clip(l.text("description")),
		Versions: l.texts("versions"), MaxContentLength: l.number("max_content_length"),
	}
	c.mu.Lock()
	c.root = r
	c.mu.Unlock()
	return r, nil
}

// in gives the address of a resource of the API root.
func (c *Client) in(ctx context.Context, parts ...string) (*url.URL, error) {
	r, err := c.Root(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		if p == "" || p == "." || p == ".." || len(p) > 300 {
			return nil, &entente.Error{Kind: entente.Invalid, Op: "exchange", Place: clip(p), Msg: "this names no resource"}
		}
	}
	var s strings.Builder
	s.WriteString(r.URL)
	for _, p := range parts {
		s.WriteString(url.PathEscape(p) + "/")
	}
	return url.Parse(s.String())
}

// Collections lists the collections of the API root by id.
func (c *Client) Collections(ctx context.Context) ([]taxii.Collection, error) {
	u, err := c.in(ctx, "collections")
	if err != nil {
		return nil, err
	}
	var l struct {
		Collections []loose `json:"collections"`
	}
	if err := c.get(ctx, u, &l); err != nil {
		return nil, err
	}
	if len(l.Collections) > maxCollections {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "exchange", Place: u.Redacted(), Msg: "the server lists more than 10,000 collections"}
	}
	var out []taxii.Collection
	for _, one := range l.Collections {
		if k := one.collection(); k.ID != "" {
			out = append(out, k)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	return out, nil
}

func (l loose) collection() taxii.Collection {
	return taxii.Collection{
		ID: l.text("id"), Title: clip(l.text("title")), Description: clip(l.text("description")), Alias: clip(l.text("alias")),
		CanRead: l.bare("can_read") == "true", CanWrite: l.bare("can_write") == "true", MediaTypes: l.texts("media_types"),
	}
}

// Collection asks for one collection by id or alias.
func (c *Client) Collection(ctx context.Context, name string) (taxii.Collection, error) {
	u, err := c.in(ctx, "collections", name)
	if err != nil {
		return taxii.Collection{}, err
	}
	var l loose
	if err := c.get(ctx, u, &l); err != nil {
		return taxii.Collection{}, err
	}
	return l.collection(), nil
}
