using System.Numerics.Tensors;

namespace Thesis.Engine.Tomography;

/// <summary>
/// What a polychromatic source makes of line integrals at the reference energy:
/// <code>p = -ln sum_E S(E) exp(-sum_m r_m(E) l_m),   r_m(E) = (mu/rho)_m(E) / (mu/rho)_m(70 keV)</code>
/// </summary>
public sealed class PolychromaticModel
{
    private readonly double[] _weights;
    private readonly double[][] _relative;

    /// <summary>Creates the model of a source and the materials that the line integrals are of, in their order.</summary>
    /// <exception cref="Runtime.InputException"><c>EnergyOutOfTable</c>.</exception>
    public PolychromaticModel(PhotonSpectrum spectrum, params Material[] materials)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        ArgumentNullException.ThrowIfNull(materials);
        _weights = spectrum.Weights.ToArray();
        var energies = spectrum.Energies.ToArray();
        _relative = Array.ConvertAll(materials, material => Array.ConvertAll(energies, material.RelativeAttenuation));
    }

    /// <summary>Computes p for a row of rays.</summary>
    /// <param name="paths">One row of line integrals at the reference energy a material.</param>
    /// <param name="attenuation">Receives p.</param>
    public void Attenuate(IReadOnlyList<ReadOnlyMemory<float>> paths, Span<double> attenuation)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Count != _relative.Length) throw new ArgumentException($"{_relative.Length} rows are needed.", nameof(paths));
        var lengths = new double[paths.Count][];
        for (var m = 0; m < lengths.Length; m++)
        {
            lengths[m] = new double[attenuation.Length];
            TensorPrimitives.ConvertTruncating(paths[m].Span, lengths[m]);
        }

        var exponent = new double[attenuation.Length];
        attenuation.Clear();
        for (var e = 0; e < _weights.Length; e++)
        {
            // No photon at this energy: no exponential either.
            if (_weights[e] == 0) continue;
            Array.Clear(exponent);
            for (var m = 0; m < lengths.Length; m++)
            {
                TensorPrimitives.MultiplyAdd(lengths[m], -_relative[m][e], exponent, exponent);
            }

            TensorPrimitives.Exp(exponent, exponent);
            TensorPrimitives.MultiplyAdd(exponent, _weights[e], attenuation, attenuation);
        }

        TensorPrimitives.Log(attenuation, attenuation);
        TensorPrimitives.Negate(attenuation, attenuation);
    }
}
