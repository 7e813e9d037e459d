package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"entente/internal/auth"
	"entente/internal/store"
)

// meter measures the server, in a registry of its own. No label holds what
// somebody typed.
type meter struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	refused  *prometheus.CounterVec
}

func newMeter(v *server) *meter {
	m := &meter{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "entente_http_requests_total", Help: "Requests by route, method and status.",
		}, []string{"route", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "entente_http_request_seconds", Help: "Time of a request by route.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "entente_signin_failures_total", Help: "Attempts to sign in that failed, by reason: denied, limited or other.",
		}, []string{"reason"}),
	}
	for _, reason := range []string{"denied", "limited", "other"} {
		m.refused.WithLabelValues(reason) // there from the start, so that a rate can be taken
	}
	m.registry.MustRegister(m.requests, m.seconds, m.refused, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "entente_info", Help: "Always 1; the label is the version of the program.", ConstLabels: prometheus.Labels{"version": v.version},
	}, func() float64 { return 1 }))
	if f, ok := v.sites.(*followed); ok {
		m.registry.MustRegister(&storeMeter{f})
	}
	return m
}

// request counts one request.
func (m *meter) request(method string, s *seen, took time.Duration) {
	m.requests.WithLabelValues(s.route, method, strconv.Itoa(s.status)).Inc()
	m.seconds.WithLabelValues(s.route).Observe(took.Seconds())
}

// signIn counts a failed attempt to sign in.
func (m *meter) signIn(problem error) {
	if problem == nil {
		return
	}
	reason := "other"
	switch auth.StatusOf(problem) {
	case http.StatusForbidden:
		reason = "denied"
	case http.StatusTooManyRequests:
		reason = "limited"
	}
	m.refused.WithLabelValues(reason).Inc()
}

func (m *meter) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 2, Timeout: 10 * time.Second})
}

// storeMeter asks the store and the pages made from it when it is read.
type storeMeter struct{ f *followed }

// What storeMeter says. The number of commits is the number of saves.
var (
	storeUp        = prometheus.NewDesc("entente_store_up", "1 when the store answers.", nil, nil)
	storeSaves     = prometheus.NewDesc("entente_store_saves_total", "Commits in the store, from its beginning.", nil, nil)
	storeLast      = prometheus.NewDesc("entente_store_last_save_timestamp_seconds", "When the latest commit was made.", nil, nil)
	snapshotAge    = prometheus.NewDesc("entente_snapshot_age_seconds", "How long ago the pages now shown were made from the store.", nil, nil)
	snapshotBehind = prometheus.NewDesc("entente_snapshot_behind", "1 when something was published that the pages do not show yet.", nil, nil)
)

// Describe is for the registry.
func (s *storeMeter) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{storeUp, storeSaves, storeLast, snapshotAge, snapshotBehind} {
		out <- d
	}
}

// Collect is for the registry.
func (s *storeMeter) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), readyTime)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v)
	}
	mark, err := s.f.store.Mark(ctx)
	gauge(storeUp, flagOf(err == nil))
	if err == nil {
		out <- prometheus.MustNewConstMetric(storeSaves, prometheus.CounterValue, float64(mark.Seq))
		gauge(storeLast, float64(mark.At.UnixMicro())/1e6)
	}
	made := s.f.made()
	if made == nil {
		return
	}
	gauge(snapshotAge, s.f.clock().Sub(made.when).Seconds())
	if err == nil {
		gauge(snapshotBehind, flagOf(behind(made.mark, mark)))
	}
}

func behind(shown, now store.Mark) bool { return shown.Public != now.Public }

func flagOf(on bool) float64 {
	if on {
		return 1
	}
	return 0
}
