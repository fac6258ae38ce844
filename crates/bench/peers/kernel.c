/* E2SFCA in plain C, as a floor to measure against: demand sorted by square cells as wide as the catchment, one fused pass
 * over the assets of each need (find the candidates, weigh them, sum demand, add to access), no pair ever stored, one
 * thread. Built with -O3 -march=native into a shared library that peers.py calls. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { STEP = 0, DAI = 1 };

static double *doubles(size_t n) { return malloc((n ? n : 1) * sizeof(double)); }
static int32_t *ints(size_t n) { return malloc((n ? n : 1) * sizeof(int32_t)); }

/* need and access: needs rows of n_demand each. category: 1 .. needs. */
void e2sfca(int32_t n_demand, const double *x, const double *y, const double *need, int32_t n_assets, const double *ax,
            const double *ay, const int32_t *category, const double *capacity, int32_t needs, double radius, int32_t decay,
            double *access) {
    double west = INFINITY, south = INFINITY, east = -INFINITY, north = -INFINITY;
    for (int32_t i = 0; i < n_demand; i++) {
        west = fmin(west, x[i]), east = fmax(east, x[i]);
        south = fmin(south, y[i]), north = fmax(north, y[i]);
    }
    int32_t columns = (int32_t)((east - west) / radius) + 1, rows = (int32_t)((north - south) / radius) + 1;

    /* Counting sort of demand by cell, row after row. */
    int32_t *start = calloc((size_t)columns * rows + 1, sizeof *start), *cell = ints(n_demand), *order = ints(n_demand);
    for (int32_t i = 0; i < n_demand; i++) {
        cell[i] = (int32_t)((y[i] - south) / radius) * columns + (int32_t)((x[i] - west) / radius);
        start[cell[i] + 1]++;
    }
    for (int32_t c = 0; c < columns * rows; c++) start[c + 1] += start[c];
    int32_t *next = ints((size_t)columns * rows);
    memcpy(next, start, (size_t)columns * rows * sizeof *next);
    double *sx = doubles(n_demand), *sy = doubles(n_demand), *sneed = doubles((size_t)n_demand * needs);
    double *saccess = calloc((size_t)n_demand * needs, sizeof *saccess);
    for (int32_t i = 0; i < n_demand; i++) {
        int32_t at = next[cell[i]]++;
        order[at] = i, sx[at] = x[i], sy[at] = y[i];
        for (int32_t k = 0; k < needs; k++) sneed[(size_t)k * n_demand + at] = need[(size_t)k * n_demand + i];
    }

    int32_t *hit = ints(n_demand);
    double *weight = doubles(n_demand);
    double limit = radius * radius, half = limit / 4, quarter = limit / 16, floor_ = exp(-0.5);
    for (int32_t k = 0; k < needs; k++) {
        const double *d = sneed + (size_t)k * n_demand;
        double *a = saccess + (size_t)k * n_demand;
        for (int32_t j = 0; j < n_assets; j++) {
            if (category[j] != k + 1) continue;
            double px = ax[j], py = ay[j];
            int32_t column = (int32_t)floor((px - west) / radius), row = (int32_t)floor((py - south) / radius);
            int32_t first = column > 0 ? column - 1 : 0, last = column + 1 < columns ? column + 1 : columns - 1;
            if (first > last) continue;
            int32_t hits = 0;
            for (int32_t r = row > 0 ? row - 1 : 0; r <= row + 1 && r < rows; r++) {
                int32_t end = start[r * columns + last + 1];
                for (int32_t i = start[r * columns + first]; i < end; i++) {
                    double dx = sx[i] - px, dy = sy[i] - py, squared = dx * dx + dy * dy;
                    hit[hits] = i, weight[hits] = squared;
                    hits += squared <= limit;
                }
            }
            double sum = 0;
            if (decay == STEP) {
                for (int32_t h = 0; h < hits; h++)
                    weight[h] = weight[h] <= quarter ? 1.0 : weight[h] <= half ? 0.68 : 0.22;
            } else {
                for (int32_t h = 0; h < hits; h++)
                    weight[h] = floor_ * expm1((1 - weight[h] / limit) / 2) / (1 - floor_);
            }
            for (int32_t h = 0; h < hits; h++) sum += weight[h] * d[hit[h]];
            if (sum <= 0) continue;
            double ratio = capacity[j] / sum;
            for (int32_t h = 0; h < hits; h++) a[hit[h]] += ratio * weight[h];
        }
    }
    for (int32_t k = 0; k < needs; k++)
        for (int32_t i = 0; i < n_demand; i++)
            access[(size_t)k * n_demand + order[i]] = saccess[(size_t)k * n_demand + i];
    free(start), free(cell), free(order), free(next), free(sx), free(sy), free(sneed), free(saccess), free(hit);
    free(weight);
}
