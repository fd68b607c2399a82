namespace Thesis.Engine.Robustness;

/// <summary>What stands for a projection's derivative where an attack goes back through it.</summary>
public enum DefenceGradient
{
    /// <summary>The identity (BPDA).</summary>
    Identity,

    /// <summary>G(I(x)), for a projection with an inverter.</summary>
    Inverter,

    /// <summary>That of the generator's surface where the projection ended (<see cref="ProjectionTangent"/>).</summary>
    Tangent,

    /// <summary>Every step of the projection.</summary>
    Unrolled,
}
