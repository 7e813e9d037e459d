package taxii

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"entente"
)

// statusGone is noted, never sent: the client went away.
const statusGone = 499

// refusal is an error that knows its status.
type refusal struct {
	status int
	detail string
	allow  string // for 405
	err    error
}

func (r *refusal) Error() string { return http.StatusText(r.status) + ": " + r.detail }
func (r *refusal) Unwrap() error { return r.err }

func notFound(detail string) error {
	return &refusal{status: http.StatusNotFound, detail: detail}
}

func denied(detail string) error {
	return &refusal{status: http.StatusForbidden, detail: detail}
}

// unknownClient turns the refusal of a login into 401, whatever its reason.
func unknownClient(err error) error {
	switch entente.KindOf(err) {
	case entente.Denied, entente.NotFound, entente.Invalid:
		if _, ok := errors.AsType[*Wait](err); !ok {
			return &refusal{status: http.StatusUnauthorized, detail: "valid credentials are needed", err: err}
		}
	}
	return err
}

// statuses is the one table from kinds of errors to HTTP.
var statuses = map[entente.Kind]int{
	entente.NotFound:    http.StatusNotFound,
	entente.Invalid:     http.StatusBadRequest,
	entente.Conflict:    http.StatusConflict,
	entente.Denied:      http.StatusForbidden,
	entente.Unavailable: http.StatusServiceUnavailable,
	entente.Internal:    http.StatusInternalServerError,
}

// problem is the body of an error [3.6.1]. The status is text there.
type problem struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	HTTPStatus  string `json:"http_status"`
}

// fail answers with an error. What a client reads is the status and what the error
// says to people: no cause, no place, nothing of the program's insides.
func (c *call) fail(err error) {
	c.event.Err = err
	if errors.Is(c.r.Context().Err(), context.Canceled) {
		c.event.Status, c.broken = statusGone, true
		return
	}
	if c.began {
		c.event.Status, c.broken = http.StatusInternalServerError, true
		return
	}
	status, detail := explain(err)
	h := c.w.Header()
	h.Del("X-Taxii-Date-Added-First")
	h.Del("X-Taxii-Date-Added-Last")
	switch status {
	case http.StatusUnauthorized:
		h["Www-Authenticate"] = []string{`Bearer realm="TAXII"`, `Basic realm="TAXII", charset="UTF-8"`}
		h["Connection"] = []string{"close"} // whoever is not known keeps no place
	case http.StatusUnsupportedMediaType:
		h["Accept"], h["Accept-Encoding"] = typeHeader, gzipHeader
	case http.StatusServiceUnavailable:
		h["Retry-After"] = []string{"5"}
	}
	if w, ok := errors.AsType[*Wait](err); ok {
		h["Retry-After"] = []string{strconv.FormatInt(max(int64(math.Ceil(w.After.Seconds())), 1), 10)}
	}
	if status == http.StatusTooManyRequests && c.r.Method == http.MethodPost {
		h["Connection"] = []string{"close"} // or the answer would wait for the body
	}
	if r, ok := errors.AsType[*refusal](err); ok && r.allow != "" {
		h["Allow"] = []string{r.allow}
	}
	p := problem{Title: http.StatusText(status), Description: detail, HTTPStatus: strconv.Itoa(status)}
	if err := c.json(status, p); err != nil {
		c.event.Err = err
	}
}

// explain gives the status of an error and what may be said of it.
func explain(err error) (status int, detail string) {
	if w, ok := errors.AsType[*Wait](err); ok {
		return http.StatusTooManyRequests, "too many requests; come back in " + w.After.Round(time.Second).String()
	}
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.status, r.detail
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return http.StatusServiceUnavailable, ""
	}
	e, ok := errors.AsType[*entente.Error](err)
	if !ok {
		return http.StatusInternalServerError, ""
	}
	status = statuses[e.Kind]
	switch {
	case status == 0:
		status = http.StatusInternalServerError
	case status < http.StatusInternalServerError:
		if detail = e.Msg; e.Hint != "" {
			detail += " (" + e.Hint + ")"
		}
	}
	return status, detail
}
