using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography.Phantoms;

public sealed class PhantomTests
{
    // A disc's chord at distance d from its centre is 2 sqrt(r^2 - d^2).
    [Theory]
    [InlineData("dissertation")]
    [InlineData("syndeeplesion")]
    public void The_chords_of_a_disc(string preset)
    {
        var geometry = ScanPresets.Find(preset);
        var disc = new EllipsePhantom([new PhantomEllipse(0.5, 3, 3, 1, -2, 0.7)]);
        var sinogram = disc.LineIntegrals(geometry, WorkContext.Default);
        for (var view = 0; view < geometry.Views; view += 53)
        {
            for (var bin = 0; bin < geometry.Bins; bin += 10)
            {
                var theta = geometry.RayAngle(view, bin);
                var distance = geometry.RayOffset(bin) - Math.Cos(theta) + (2 * Math.Sin(theta));
                var expected = 0.5 * 2 * Math.Sqrt(Math.Max(0, 9 - (distance * distance)));
                Assert.Equal(expected, sinogram.View(view)[bin], 1e-5);
            }
        }
    }

    // Parallel rays through the whole of a rotated ellipse add up to its mass, whatever the angle.
    [Fact]
    public void Every_view_has_the_mass_of_the_ellipse_and_so_has_the_raster()
    {
        var geometry = new ScanGeometry(DetectorKind.Parallel, 9, 2001, 0.008, 300, 0.05, angularRange: Math.PI);
        var phantom = new EllipsePhantom([new PhantomEllipse(0.3, 5, 2, -1, 0.5, 0.6)]);
        var mass = 0.3 * Math.PI * 5 * 2;
        var sinogram = phantom.LineIntegrals(geometry, WorkContext.Default);
        for (var view = 0; view < geometry.Views; view++)
        {
            Assert.Equal(mass, sinogram.View(view).ToArray().Sum(value => (double)value) * 0.008, 1e-3 * mass);
        }

        var image = phantom.Rasterise(geometry, WorkContext.Default);
        Assert.Equal(mass, image.Values.Sum(value => (double)value) * 0.05 * 0.05, 1e-3 * mass);
        Assert.Equal(0.3, image[140, 130], 1e-6);
    }

    [Fact]
    public void Joseph_projects_the_raster_to_the_exact_integrals()
    {
        var geometry = ScanPresets.Find("syndeeplesion");
        var phantom = TorsoPhantom.Draw(15.36, new SeededRandom(3L));
        var exact = phantom.LineIntegrals(geometry, WorkContext.Default).Values;
        var projected = new Tomograph(geometry)
            .Project(phantom.Rasterise(geometry, WorkContext.Default), WorkContext.Default).Values;
        var error = Math.Sqrt(exact.Zip(projected, (a, b) => (double)(a - b) * (a - b)).Average());
        Assert.InRange(error, 0, 0.01);
    }

    [Fact]
    public void Bodies_are_within_the_image_with_the_values_of_tissue()
    {
        var geometry = ScanPresets.Find("reduced-128");
        for (var seed = 0L; seed < 50; seed++)
        {
            var image = TorsoPhantom.Draw(15.36, new SeededRandom(seed)).Rasterise(geometry, WorkContext.Default);
            var units = Array.ConvertAll(image.Values, value => HounsfieldScale.ToHounsfield(value));
            Assert.All(Enumerable.Range(0, 128), i => Assert.Equal(-1000, units[i], 1e-3));
            Assert.InRange(units.Min(), -1000.001, -999.999);
            Assert.InRange(units.Max(), 600, 2000);
            Assert.InRange(units.Count(value => value is > -200 and < 200) / (double)units.Length, 0.1, 0.7);
            Assert.True(units.Count(value => value > 300) > 20);
        }
    }

    [Fact]
    public void The_seed_fixes_the_body()
    {
        var one = TorsoPhantom.Draw(15.36, new SeededRandom(7L)).Ellipses;
        Assert.Equal(one, TorsoPhantom.Draw(15.36, new SeededRandom(7L)).Ellipses);
        Assert.NotEqual(one, TorsoPhantom.Draw(15.36, new SeededRandom(8L)).Ellipses);
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, -1, 0)]
    [InlineData(1, 1, double.NaN)]
    public void An_ellipse_that_is_none_is_refused(double a, double b, double x)
    {
        var fault = Assert.Throws<InputException>(() => new EllipsePhantom([new PhantomEllipse(1, a, b, x, 0)]));
        Assert.Equal("PhantomInvalid", fault.ErrorId);
    }
}
