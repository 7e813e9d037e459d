package cli

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"

	"github.com/spf13/cobra"

	"entente/internal/auth"
	"entente/internal/exchange/node"
	"entente/internal/store"
	"entente/internal/web"
	"entente/internal/workbench/authstore"
)

// serving holds the flags of serve.
type serving struct {
	addr, tlsCert, tlsKey, proxy, oidc string
	hosts, trusted                     []string
	public, jsonLog, logRequests       bool
	node                               string
}

func newServeCommand(app *App, g *global) *cobra.Command {
	var s serving
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "show the same in a browser; with --db, the workbench",
		Long: `Serve prints the address of the pages and serves them until it is stopped
(Ctrl-C); requests under way are finished first. Without accounts it listens on
this machine only, and with --db whoever sits at it works as the local admin.

With accounts (entente user add) it asks for a sign-in. Beyond this machine it then
needs a certificate (--tls-cert, --tls-key) or an HTTPS proxy in front (--proxy).`,
		Example: "  entente serve\n  entente serve --db work.entente\n  entente serve --node /srv/exchange\n  entente serve --db work.entente --addr 0.0.0.0:443 --tls-cert cert.pem --tls-key key.pem --host entente.example.org",
		Args:    needs(0, 0, "no arguments"),
		RunE:    func(*cobra.Command, []string) error { return s.run(app, g) },
	}
	f := cmd.Flags()
	f.StringVar(&s.addr, "addr", web.DefaultAddr, "listen at this `host:port`; port 0 takes a free one")
	f.StringSliceVar(&s.hosts, "host", nil, "answer under this `name` too (repeat, or part with commas)")
	f.StringVar(&s.tlsCert, "tls-cert", "", "certificate `file` (PEM)")
	f.StringVar(&s.tlsKey, "tls-key", "", "its key `file` (PEM)")
	f.StringVar(&s.proxy, "proxy", "", "the https:// `origin` of the proxy in front of this server")
	f.StringSliceVar(&s.trusted, "trust-proxy", nil, "believe what this `network` says of the client's address (10.0.0.7/32); with --proxy, without it: this machine")
	f.StringVar(&s.oidc, "oidc", "", "sign in at an OpenID Connect provider as this `file` says (docs/how-to/run-for-a-team.md); its secret comes from ENTENTE_OIDC_SECRET")
	f.BoolVar(&s.public, "public", false, "let people read what is published without signing in")
	f.BoolVar(&s.logRequests, "log-requests", false, "log a line for each request, without its query")
	f.BoolVar(&s.jsonLog, "log-json", false, "log lines of JSON")
	f.StringVar(&s.node, "node", "", "the `folder` of a node of the exchange: its store is the workbench, and partners are served beside the pages, at the address that the node's file says")
	_ = cmd.MarkFlagDirname("node")
	_ = cmd.MarkFlagFilename("tls-cert") // only errs for a flag that is not there
	_ = cmd.MarkFlagFilename("tls-key")
	_ = cmd.MarkFlagFilename("oidc")
	return cmd
}

func (s *serving) run(app *App, g *global) error {
	o := web.Options{
		Addr: s.addr, AllowedHosts: s.hosts, Version: app.Version, Stdout: app.Stdout, LogRequests: s.logRequests, Log: slog.New(s.handler(app)),
		Auth: auth.Config{TLSCert: s.tlsCert, TLSKey: s.tlsKey, Proxy: s.proxy, Public: s.public},
	}
	for _, t := range s.trusted {
		p, err := netip.ParsePrefix(t)
		if err != nil {
			return invalid("--trust-proxy", "\""+t+"\" is not a network", "for example 10.0.0.7/32")
		}
		o.Auth.TrustedProxies = append(o.Auth.TrustedProxies, p)
	}
	var err error
	if s.oidc != "" {
		if o.Auth.OIDC, err = readOIDC(s.oidc, g.getenv("ENTENTE_OIDC_SECRET")); err != nil {
			return err
		}
	}
	if s.node != "" {
		return s.withNode(g, o)
	}
	place, err := g.store()
	if err != nil {
		return err
	}
	if place == "" || g.knownAt != "" { // a past state is read, not worked on
		if o.Corpus, err = g.read(); err != nil {
			return err
		}
		return web.Run(g.ctx, o)
	}
	if o.Store, err = store.Open(g.ctx, place, store.Options{Also: node.Follow}); err != nil {
		return err
	}
	o.Accounts = authstore.New(o.Store)
	return web.Run(g.ctx, o)
}

// withNode serves the pages on the store of a node, and its partners beside them.
// Either that stops takes the other with it.
func (s *serving) withNode(g *global, o web.Options) error {
	if g.knownAt != "" {
		return invalid("--node", "a past state is read, not shared", "leave --known-at out")
	}
	g.frugal()
	n, err := g.openNodeWith(s.node, node.Options{Logger: o.Log})
	if err != nil {
		return err
	}
	o.Store, o.Accounts, o.Node = n.Store, authstore.New(n.Store), n
	serve, stop := context.WithCancel(g.ctx)
	defer stop()
	// The pages end last: with them the store is closed.
	show, end := context.WithCancel(context.WithoutCancel(g.ctx))
	defer end()
	partners := make(chan error, 1)
	go func() {
		defer end()
		partners <- n.Serve(serve, node.ServeOptions{Stdout: o.Stdout})
	}()
	pages := web.Run(show, o)
	stop()
	return errors.Join(pages, <-partners)
}

func (s *serving) handler(app *App) slog.Handler {
	if s.jsonLog {
		return slog.NewJSONHandler(app.Stderr, nil)
	}
	return slog.NewTextHandler(app.Stderr, nil)
}
