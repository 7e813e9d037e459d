package client

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"entente"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
)

// AddOptions shape an Add.
type AddOptions struct {
	// Part is the most objects of one request; 0 is 500.
	Part int
	// Wait is how long a pending status is followed; 0 is 1 minute.
	Wait time.Duration
	// Progress is told after each request; nil tells nobody.
	Progress func(Added)
}

// Added is what became of objects that were handed in.
type Added struct {
	Total    int                  `json:"total"`
	Success  int                  `json:"success"`
	Failure  int                  `json:"failure"`
	Pending  int                  `json:"pending"`
	Failures []taxii.StatusDetail `json:"failures,omitempty"`
	Pendings []taxii.StatusDetail `json:"pendings,omitempty"`
	Receipts []taxii.ReceiptRef   `json:"receipts,omitempty"`
	// Statuses are the ids of the status resources, one for each request.
	Statuses []string `json:"statuses,omitempty"`
}

const (
	// standardPart bounds a request in bytes where the server does not say.
	standardPart = 8 << 20
	// pollStatus is the time between two looks at a pending status.
	pollStatus = time.Second
)

// Add hands objects in, in requests that the server takes; what it refuses as a
// whole is handed in again in halves, down to the object that is at fault. Doing
// it all twice does no harm. Beside an error stands what became of those before.
func (c *Client) Add(ctx context.Context, collection string, list []*stix.Object, o AddOptions) (Added, error) {
	var out Added
	root, err := c.Root(ctx)
	if err != nil {
		return out, err
	}
	most := int64(standardPart)
	if m := root.MaxContentLength; m > 0 {
		most = min(most, m)
	}
	o.Part, o.Wait = or(o.Part, 500), or(o.Wait, time.Minute)
	for len(list) > 0 {
		n, size := 0, int64(len(`{"objects":[]}`))
		for n < len(list) && n < o.Part {
			if size += int64(len(list[n].Raw())) + 1; size > most && n > 0 {
				break
			}
			n++
		}
		if err := c.part(ctx, collection, list[:n], o, &out); err != nil {
			return out, err
		}
		list = list[n:]
		if o.Progress != nil {
			o.Progress(out)
		}
	}
	return out, nil
}

// part hands in one request's objects.
func (c *Client) part(ctx context.Context, collection string, list []*stix.Object, o AddOptions, out *Added) error {
	u, err := c.in(ctx, "collections", collection, "objects")
	if err != nil {
		return err
	}
	var s taxii.Status
	err = c.do(ctx, &tally{}, call{method: http.MethodPost, url: u, body: envelope(list), read: decoder(&s)})
	switch code := status(err); {
	case code == http.StatusRequestEntityTooLarge || code == http.StatusUnprocessableEntity || code == http.StatusBadRequest:
		if half := len(list) / 2; half > 0 {
			if err := c.part(ctx, collection, list[:half], o, out); err != nil {
				return err
			}
			return c.part(ctx, collection, list[half:], o, out)
		}
		out.Total++
		out.Failure++
		out.Failures = append(out.Failures, taxii.StatusDetail{ID: string(list[0].ID()), Version: list[0].VersionTime().String(), Message: clip(err.Error())})
		return nil
	case err != nil:
		return err
	}
	if s, err = c.follow(ctx, s, o.Wait); err != nil {
		return err
	}
	out.Total += len(list)
	out.Success += s.SuccessCount
	out.Failure += s.FailureCount
	out.Pending += s.PendingCount
	for i := range s.Failures {
		s.Failures[i].Message = clip(s.Failures[i].Message)
	}
	out.Failures = append(out.Failures, s.Failures...)
	out.Pendings = append(out.Pendings, s.Pendings...)
	out.Receipts = append(out.Receipts, s.Receipts...)
	if s.ID != "" {
		out.Statuses = append(out.Statuses, clip(s.ID))
	}
	return nil
}

// envelope writes objects as they came.
func envelope(list []*stix.Object) []byte {
	var b bytes.Buffer
	b.WriteString(`{"objects":[`)
	for i, o := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(o.Raw())
	}
	b.WriteString("]}")
	return b.Bytes()
}

// follow waits for a pending status to be complete, for a while.
func (c *Client) follow(ctx context.Context, s taxii.Status, wait time.Duration) (taxii.Status, error) {
	for waited := time.Duration(0); s.Status == "pending" && s.ID != "" && waited < wait; waited += pollStatus {
		if err := c.o.Sleep(ctx, pollStatus); err != nil {
			return s, &entente.Error{Kind: entente.Unavailable, Op: "exchange", Msg: "ended before the server had told what became of the objects", Err: err}
		}
		next, err := c.Status(ctx, s.ID)
		if err != nil {
			return s, err
		}
		s = *next
	}
	return s, nil
}

// Status asks what became of an earlier Add.
func (c *Client) Status(ctx context.Context, id string) (*taxii.Status, error) {
	u, err := c.in(ctx, "status", id)
	if err != nil {
		return nil, err
	}
	var s taxii.Status
	if err := c.get(ctx, u, &s); err != nil {
		return nil, err
	}
	return &s, nil
}
