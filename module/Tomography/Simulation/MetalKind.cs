namespace Thesis.Engine.Tomography;

/// <summary>The shapes of metal that the generator draws, as an axial slice cuts them.</summary>
public enum MetalKind
{
    /// <summary>One or two rods, cut across: ellipses (hip stems, spinal rods).</summary>
    Rod,

    /// <summary>A screw along its axis: a tapering shaft with threads and a head.</summary>
    Screw,

    /// <summary>A bent plate with the heads of its screws.</summary>
    Plate,

    /// <summary>A hip prosthesis: the ring of the cup and the ball within it.</summary>
    HipCup,

    /// <summary>Two to five fillings along the arch of the teeth.</summary>
    DentalFilling,

    /// <summary>A coil or a stent: a ring of wire, or its windings as small discs.</summary>
    Coil,
}
