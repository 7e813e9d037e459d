package web

import (
	"net/http"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/exchange/threats"
	"entente/internal/store"
	"entente/internal/web/desk"
	"entente/internal/workbench"
)

// server answers requests: the pages of one corpus, or of a store that it
// follows, with the workbench beside them.
type server struct {
	*kit
	sites   sites
	store   *store.Store // nil: one fixed corpus
	config  auth.Config
	mode    auth.Mode
	service *auth.Service // accounts; nil when there is nowhere to keep them
	gate    *auth.Gate
	desk    *desk.Desk // nil without a store
	hosts   []string   // names that it answers for, beside those of this machine
	clock   func() time.Time
	meter   *meter
	lines   requestLog
	unsafe  *http.ServeMux // the addresses that take something, by method
}

// newServer wires a server for the options in one of the modes of package auth.
func newServer(o Options, mode auth.Mode) (*server, error) {
	k, err := newKit(o.Version, logger(o))
	if err != nil {
		return nil, err
	}
	k.threats = threats.Open(o.Store)
	v := &server{kit: k, store: o.Store, config: o.Auth, mode: mode, clock: o.Now, unsafe: http.NewServeMux(), lines: requestLog{on: o.LogRequests, log: k.log}}
	if v.clock == nil {
		v.clock = time.Now
	}
	if o.Accounts != nil {
		deps := o.AuthDeps
		if deps.Now == nil {
			deps.Now = v.clock
		}
		if v.service, err = auth.New(o.Accounts, o.Auth, deps); err != nil {
			return nil, err
		}
	}
	if v.hosts, err = hostsOf(o); err != nil {
		return nil, err
	}
	switch {
	case mode == auth.SingleUser:
		v.gate = auth.LocalGate(v.failWith)
	case v.service == nil || o.Store == nil:
		return nil, &entente.Error{Kind: entente.Invalid, Op: "serve", Msg: "there is no place for accounts and sessions", Hint: "serve a store: entente serve --db FILE"}
	default:
		v.gate = v.service.Gate(v.gateFail)
	}
	if o.Store == nil {
		s, err := k.site(o.Corpus, nil)
		if err != nil {
			return nil, err
		}
		v.sites = fixed{s}
	} else {
		v.sites = follow(k, o.Store, v.clock)
		if v.desk, err = desk.New(desk.Options{
			Store: o.Store, Bench: v.benchOf(o), Auth: v.service, Config: o.Auth, Local: mode == auth.SingleUser, Now: v.clock, Shell: shell{v}, Node: o.Node,
		}); err != nil {
			return nil, err
		}
	}
	v.meter = newMeter(v)
	return v, nil
}

// benchOf gives the bench of the options, or makes one on the store. A single
// user publishes what they coded themselves: there is nobody else.
func (v *server) benchOf(o Options) *workbench.Bench {
	if o.Bench != nil {
		return o.Bench
	}
	w := workbench.Options{Now: v.clock, AllowOwn: v.mode == auth.SingleUser}
	if v.service != nil {
		w.Audit = v.service.Audit()
	}
	return workbench.New(o.Store, w)
}

// hostsOf lists the names under which a server is reached from elsewhere.
func hostsOf(o Options) ([]string, error) {
	var out []string
	for _, h := range o.AllowedHosts {
		name := hostName(h)
		if name == "" || !clean(name) {
			return nil, &entente.Error{Kind: entente.Invalid, Op: "serve", Place: "--host " + clip(h), Msg: "not the name of a host", Hint: "for example entente.example.org"}
		}
		out = append(out, name)
	}
	if host, ok := cutOrigin(o.Auth.Proxy); ok {
		out = append(out, hostName(host))
	}
	if host, err := checkAddr(o.Addr); o.Addr != "" && err == nil && !loopback(host) && !everyAddress(host) {
		out = append(out, hostName(host))
	}
	return out, nil
}

// info says which corpus is shown, as far as that is known without asking the
// store.
func (v *server) info() entente.Info {
	if s := v.sites.last(); s != nil {
		return s.corpus.Info
	}
	return entente.Info{}
}

// readerOf tells for whom a page is made.
func (v *server) readerOf(r *http.Request) reader {
	p := auth.From(r.Context())
	switch {
	case v.store == nil && v.mode == auth.SingleUser:
		return anyone
	case p.Known() || r.Context().Value(knownKey{}) != nil:
		return member
	case p.May(auth.ReadPublished):
		return guest
	}
	return visitor
}
