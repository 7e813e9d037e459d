package taxii

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"entente"
	"entente/internal/exchange/stix"
)

// add takes the objects of an envelope [5.5].
func (c *call) add(ctx context.Context, col Collection) error {
	if !col.CanWrite {
		return denied("this account may not add to the collection")
	}
	if !postable(c.r.Header.Get("Content-Type")) {
		return &refusal{status: http.StatusUnsupportedMediaType, detail: "objects are sent as " + MediaType}
	}
	info, err := c.b.Root(ctx, c.account)
	if err != nil {
		return err
	}
	most := c.maxContent(info)
	if c.r.ContentLength > most {
		return tooLong(most)
	}
	leave, ok := c.gates.enter(c.account.Partner)
	if !ok {
		return &Wait{After: time.Second}
	}
	defer leave()
	body, err := openBody(c.r, most)
	if err != nil {
		return err
	}
	st, err := c.b.Add(ctx, c.account, col.ID, body)
	switch {
	case body.err != nil: // whatever the backend makes of it
		return body.err
	case err == nil:
		return c.json(http.StatusAccepted, complete(st))
	case entente.KindOf(err) == entente.Invalid:
		_, detail := explain(err)
		return &refusal{status: http.StatusUnprocessableEntity, detail: detail, err: err}
	}
	return err
}

func tooLong(most int64) error {
	return &refusal{status: http.StatusRequestEntityTooLarge, detail: fmt.Sprintf("a body has at most %d bytes, unpacked; send the objects in parts", most)}
}

// body reads a request's body, unpacked, up to a bound. It notes what ended it
// before its end.
type body struct {
	r    io.Reader
	most int64
	left int64
	err  error
}

// openBody looks at how a body is packed. What a small packed body may unpack to
// is bound as well.
func openBody(r *http.Request, most int64) (*body, error) {
	b := &body{r: r.Body, most: most, left: most}
	switch strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Encoding"))) {
	case "", "identity":
		return b, nil
	case "gzip":
	default:
		return nil, &refusal{status: http.StatusUnsupportedMediaType, detail: "a body is packed with gzip or not at all"}
	}
	packed := &body{r: r.Body, most: most, left: most}
	z, err := gzip.NewReader(packed)
	switch {
	case packed.err != nil:
		return nil, packed.err
	case err != nil:
		return nil, unreadable(err)
	}
	b.r = z
	return b, nil
}

func unreadable(err error) error {
	return &refusal{status: http.StatusBadRequest, detail: "the body broke off or is not packed as it says", err: err}
}

// Read implements [io.Reader]. One byte beyond the bound is asked for, to tell a
// body that just fits from one that does not.
func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		b.err = tooLong(b.most)
		return 0, b.err
	}
	if err != nil && !errors.Is(err, io.EOF) {
		if r, ok := errors.AsType[*refusal](err); ok {
			b.err = r
		} else {
			b.err = unreadable(err)
		}
		return n, b.err
	}
	return n, err
}

// remove deletes versions of an object: those that are selected, without
// match[version] all [5.7].
func (c *call) remove(ctx context.Context, col Collection) error {
	switch {
	case !col.CanRead && !col.CanWrite:
		return notFound("there is no such object")
	case !col.CanRead || !col.CanWrite:
		return denied("only an account that may read and write removes objects")
	}
	id, why := stix.ParseID(c.route.id)
	if why != "" {
		return notFound("there is no such object")
	}
	p, err := parseParams(c.r.URL.RawQuery)
	if err != nil {
		return err
	}
	f, err := p.filter(c.route.endpoint, id)
	if err != nil {
		return err
	}
	if _, given := p.get("match[version]"); !given {
		f.Versions = Versions{All: true}
	}
	if len(f.Specs) > 0 {
		if f.Versions, err = c.selected(ctx, col.ID, f); err != nil {
			return err
		}
	}
	if err := c.b.Delete(ctx, c.account, col.ID, id, f.Versions); err != nil {
		return err
	}
	return c.send(http.StatusOK, emptyResource)
}

// selected names the versions that filters leave.
func (c *call) selected(ctx context.Context, collection string, f Filter) (Versions, error) {
	var v Versions
	q := Query{Filter: f, Limit: c.o.MaxPage, Bytes: c.o.PageBytes}
	for {
		p, err := c.find(ctx, collection, q)
		if err != nil {
			return v, err
		}
		for i := range p.Records {
			t, _ := stix.ParseTime(p.Records[i].Version) // zero for an object without versions
			v.Exact = append(v.Exact, t)
		}
		if !p.More || p.Next <= q.After {
			break
		}
		q.After = p.Next
	}
	if len(v.Exact) == 0 {
		return v, notFound("no version of the object is selected")
	}
	return v, nil
}
